{{ config(materialized='refreshed') }}

{%- set plan = waymark.rebuild_plan(['int_funnel_unit_days', 'events'], ['goals', 'funnels']) %}
{%- set config_ = waymark.load_config() %}

{{ waymark.refresh_header(plan) }}
with

funnel_definitions as (

    select * from {{ ref('funnel_definitions') }}

),

unit_days as {{ waymark.not_materialized() }}(

    select * from {{ ref('int_funnel_unit_days') }}

),

data_end as (

    select max(event_at) as last_event_at
    from {{ ref('events') }}

),

{% for period in ['day', 'week', 'month'] -%}
{{ period }}_entries as (

    select
        *,
        {{ waymark.period_start('entry_date', period, config_.week_start) }} as period_start
    from unit_days

),

{{ period }}_units as (

    {{ waymark.best_funnel_rows(period ~ '_entries', ['period_start']) }}

),

{% endfor -%}
unit_periods as (

    {% for period in ['day', 'week', 'month'] -%}
    select
        '{{ period }}' as period,
        *
    from {{ period }}_units
    {{ 'union all' if not loop.last }}

    {% endfor %}
),

entered as (

    select
        funnel_name,
        period,
        period_start,
        count(*) as units_entered
    from unit_periods
    group by funnel_name, period, period_start

),

reached as (

    select
        unit_periods.funnel_name,
        unit_periods.period,
        unit_periods.period_start,
        funnel_definitions.step_number,
        count(*) as units_reached
    from unit_periods
    inner join funnel_definitions on unit_periods.funnel_name = funnel_definitions.funnel_name
    where
        {{ waymark.step_at('unit_periods', 'funnel_definitions.step_number') }} is not null
    group by
        unit_periods.funnel_name,
        unit_periods.period,
        unit_periods.period_start,
        funnel_definitions.step_number

),

final as (

    select
        entered.funnel_name as funnel_name,
        entered.period as period,
        entered.period_start as period_start,
        funnel_definitions.step_number as step_number,
        funnel_definitions.step_name,
        entered.units_entered,
        coalesce(reached.units_reached, 0) as units_reached,
        -- the last possible entry of the period has had its whole window
        {{ waymark.add_seconds(
            waymark.to_utc(
                "cast(case entered.period"
                ~ " when 'day' then " ~ waymark.add_periods('entered.period_start', 1, 'day')
                ~ " when 'week' then " ~ waymark.add_periods('entered.period_start', 1, 'week')
                ~ " else " ~ waymark.add_periods('entered.period_start', 1, 'month')
                ~ " end as timestamp)", config_.timezone
            ), 'funnel_definitions.window_seconds'
        ) }} <= data_end.last_event_at as is_mature
    from entered
    inner join funnel_definitions on entered.funnel_name = funnel_definitions.funnel_name
    cross join data_end
    left join reached
        on
            entered.funnel_name = reached.funnel_name
            and entered.period = reached.period
            and entered.period_start = reached.period_start
            and funnel_definitions.step_number = reached.step_number

)

select
    funnel_name,
    period,
    period_start,
    step_number,
    step_name,
    units_entered,
    units_reached,
    {{ waymark.rate('units_reached', 'units_entered') }} as conversion_rate,
    is_mature
from final
