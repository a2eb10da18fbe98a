{{ config(materialized='refreshed') }}

{%- set plan = waymark.rebuild_plan(['int_funnel_unit_days', 'events'], ['goals', 'funnels']) %}
{%- set config_ = waymark.load_config() %}
{%- set open = [] %}
{%- for funnel in config_.funnels.values() if funnel.entry == 'any_step' %}
    {%- do open.append(waymark.text_literal(funnel.name)) %}
{%- endfor %}
{%- set bits = [] %}
{%- for step in range(1, 21) %}
    {%- do bits.append(
        'case when step_' ~ step ~ '_at is null then 0 else ' ~ 2 ** (step - 1) ~ ' end'
    ) %}
{%- endfor %}

{{ waymark.refresh_header(plan) }}
with

funnel_definitions as (

    select * from {{ ref('funnel_definitions') }}

),

-- which steps as bits of a number: a row with a time for each of 20 steps is heavy to sort or group
unit_days as {{ waymark.not_materialized() }}(

    select
        *,
        cast({{ bits | join('\n            + ') }} as {{ dbt.type_bigint() }}) as step_bits
    from {{ ref('int_funnel_unit_days') }}

),

data_end as (

    select max(event_at) as last_event_at
    from {{ ref('events') }}

),

{% for period in ['day', 'week', 'month'] -%}
{%- set period_start = waymark.period_start('entry_date', period, config_.week_start) -%}
{%- set grain = ['funnel_name', 'unit_key', 'pass_number', period_start] -%}
-- of each unit the attempt that counts, as in best_funnel_rows
{{ period }}_units as (

    select
        funnel_name,
        {{ period_start }} as period_start,
        {{ waymark.min_by('step_bits', [
            '- depth', 'deepest_order', '- ' ~ waymark.epoch_us('entered_at'), "coalesce(held_value, '')",
        ], 'bigint') }} as step_bits
    from unit_days
    where
        not is_excluded
        {%- if open %}
        and funnel_name not in ({{ open | join(', ') }})
        {%- endif %}
    group by {{ grain | join(', ') }}
    {%- if open %}

    union all

    select
        funnel_name,
        {{ period_start }} as period_start,
        cast(
            {% for bit in bits -%}
            max({{ bit }}){{ ' +' if not loop.last }}
            {% endfor -%}
            as {{ dbt.type_bigint() }}
        ) as step_bits
    from unit_days
    where funnel_name in ({{ open | join(', ') }})
    group by {{ grain | join(', ') }}
    {%- endif %}

),

{% endfor -%}
unit_periods as (

    {% for period in ['day', 'week', 'month'] -%}
    select
        funnel_name,
        '{{ period }}' as period,
        period_start,
        step_bits,
        count(*) as units
    from {{ period }}_units
    group by funnel_name, period_start, step_bits
    {{ 'union all' if not loop.last }}

    {% endfor %}
),

entered as (

    select
        funnel_name,
        period,
        period_start,
        cast(sum(units) as {{ dbt.type_bigint() }}) as units_entered
    from unit_periods
    group by funnel_name, period, period_start

),

reached as (

    select
        unit_periods.funnel_name,
        unit_periods.period,
        unit_periods.period_start,
        funnel_definitions.step_number,
        cast(sum(unit_periods.units) as {{ dbt.type_bigint() }}) as units_reached
    from unit_periods
    inner join funnel_definitions on unit_periods.funnel_name = funnel_definitions.funnel_name
    where {{ waymark.has_bit('unit_periods.step_bits', 'funnel_definitions.step_number - 1') }}
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
