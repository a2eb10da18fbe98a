{{ config(materialized='refreshed') }}

{%- set config_ = waymark.load_config() %}
{%- set plan = waymark.rebuild_plan(
    ['int_funnel_unit_days', 'int_funnel_slices', 'events'], ['goals', 'funnels']
) %}
{%- set bits = [] %}
{%- for step in range(1, 21) %}
    {%- do bits.append(
        'case when step_' ~ step ~ '_at is null then 0 else ' ~ 2 ** (step - 1) ~ ' end'
    ) %}
{%- endfor %}
{#- Each step of an open funnel is for itself: there is no attempt that a segment could keep together. -#}
{%- set closed = config_.funnels.values() | rejectattr('entry', 'equalto', 'any_step') | list %}
{%- set week = waymark.period_start('entry_date', 'week', config_.week_start) %}

{{ waymark.refresh_header(plan) }}
with

funnel_definitions as (

    select * from {{ ref('funnel_definitions') }}

),

known_values as (

    select distinct
        funnel_name,
        breakdown_name,
        breakdown_value
    from {{ ref('int_funnel_slices') }}

),

data_end as (

    select max(event_at) as last_event_at
    from {{ ref('events') }}

),

unit_days as {{ waymark.not_materialized() }}(

    select
        *,
        {{ week }} as period_start,
        cast({{ bits | join('\n            + ') }} as {{ dbt.type_bigint() }}) as step_bits
    from {{ ref('int_funnel_unit_days') }}
    where not is_excluded

),

{% set order_by = [
    '- depth', 'deepest_order', '- ' ~ waymark.epoch_us('entered_at'), "coalesce(held_value, '')",
] -%}
-- of each unit the attempt of the week that counts, as in best_funnel_rows
unit_weeks as (

    select
        funnel_name,
        unit_key,
        pass_number,
        period_start,
        {{ waymark.min_by('step_bits', order_by, 'bigint') }} as step_bits,
        {{ waymark.min_by('dimensions', order_by) }} as dimensions
    from unit_days
    group by funnel_name, unit_key, pass_number, period_start

),

described as (

    {% for funnel in closed -%}
    {%- set name = waymark.text_literal(funnel.name) -%}
    select
        funnel_name,
        period_start,
        step_bits,
        'all' as breakdown_name,
        'all' as breakdown_value
    from unit_weeks
    where funnel_name = {{ name }}
    {%- for breakdown in funnel.breakdowns %}
    {%- set values = [] -%}
    {%- for property in breakdown.properties -%}
        {%- do values.append(waymark.json_value('dimensions', property)) -%}
    {%- endfor %}

    union all

    select
        funnel_name,
        period_start,
        step_bits,
        {{ waymark.text_literal(breakdown.name) }} as breakdown_name,
        {{ values | join(" || ', ' || ") }} as breakdown_value
    from unit_weeks
    where funnel_name = {{ name }}
    {%- endfor %}
    {{ 'union all' if not loop.last }}

    {% else -%}
    {{ waymark.empty_relation({
        'funnel_name': 'text',
        'period_start': 'date',
        'step_bits': 'bigint',
        'breakdown_name': 'text',
        'breakdown_value': 'text',
    }) }}
    {%- endfor %}

),

segments as (

    select
        described.funnel_name as funnel_name,
        described.breakdown_name as breakdown_name,
        coalesce(known_values.breakdown_value, '(other)') as breakdown_value,
        described.period_start as period_start,
        described.step_bits as step_bits,
        count(*) as units
    from described
    left join known_values
        on
            described.funnel_name = known_values.funnel_name
            and described.breakdown_name = known_values.breakdown_name
            and described.breakdown_value = known_values.breakdown_value
    group by 1, 2, 3, 4, 5

),

reached as (

    select
        segments.funnel_name as funnel_name,
        segments.breakdown_name as breakdown_name,
        segments.breakdown_value as breakdown_value,
        segments.period_start as period_start,
        steps.step_number as step_number,
        steps.step_name as step_name,
        steps.goal_id as goal_id,
        steps.previous_step_number as previous_step_number,
        steps.window_seconds as window_seconds,
        sum(
            case
                when {{ waymark.has_bit('segments.step_bits', 'steps.previous_step_number - 1') }}
                    then segments.units
                else 0
            end
        ) as previous_units,
        sum(
            case
                when {{ waymark.has_bit('segments.step_bits', 'steps.step_number - 1') }}
                    then segments.units
                else 0
            end
        ) as units_reached
    from segments
    inner join funnel_definitions as steps on segments.funnel_name = steps.funnel_name
    where
        steps.previous_step_number is not null
        and not steps.is_optional
    group by 1, 2, 3, 4, 5, 6, 7, 8, 9

),

final as (

    select
        reached.*,
        -- the last possible entry of the week has had its whole window
        {{ waymark.add_seconds(
            waymark.to_utc(
                'cast(' ~ waymark.add_periods('reached.period_start', 1, 'week') ~ ' as timestamp)',
                config_.timezone
            ), 'reached.window_seconds'
        ) }} <= data_end.last_event_at as is_mature
    from reached
    cross join data_end

)

select
    funnel_name,
    breakdown_name,
    breakdown_value,
    period_start,
    step_number,
    step_name,
    goal_id,
    previous_step_number,
    cast(previous_units as bigint) as previous_units,
    cast(units_reached as bigint) as units_reached,
    is_mature
from final
