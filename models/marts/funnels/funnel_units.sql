{{ config(materialized='refreshed') }}

{%- set config_ = waymark.load_config() %}
{%- set funnels = config_.funnels.values() | list %}
{%- set plan = waymark.refresh_plan('int_funnel_unit_days', waymark.funnel_hashes(config_)) %}
{%- do waymark.plan_funnel_units(plan, funnels) %}
{%- set changed = waymark.delete_funnel_units(plan, funnels) %}
{%- set is_immature = waymark.is_immature(funnels, 'entered_at') %}

{{ waymark.refresh_header(
    plan, changed ~ ' or is_immature <> (' ~ is_immature ~ ')', reads_itself=true
) }}
with

funnels as (

    select distinct
        funnel_name as name,
        unit
    from {{ ref('funnel_definitions') }}

),

unit_days as (

    {% for funnel in funnels if plan.is_partial -%}
    {%- set changed = waymark.of_changed_units(plan, funnel, 'unit_key') -%}
    select * from {{ ref('int_funnel_unit_days') }} as rows_
    {{ changed or 'where true' }}
        and funnel_name = {{ waymark.text_literal(funnel.name) }}
    {{ 'union all' if not loop.last }}

    {% else -%}
    select * from {{ ref('int_funnel_unit_days') }}
    {%- endfor %}

),

visitors as (

    select * from {{ ref('visitors') }}

),

sessions as (

    select * from {{ ref('sessions') }}

),

best as (

    {{ waymark.best_funnel_rows('unit_days') }}

),

described as (

    select
        best.*,
        funnels.unit as unit_type,
        case funnels.unit
            when 'visitor' then visitors.visitor_id
            when 'session' then sessions.session_id
            else best.unit_id
        end as readable_unit_id
    from best
    inner join funnels on best.funnel_name = funnels.name
    left join visitors
        on
            best.unit_key = visitors.visitor_key
            and funnels.unit = 'visitor'
    left join sessions
        on
            best.unit_key = sessions.session_key
            and funnels.unit = 'session'

),

final as (

    select
        *,
        {{ is_immature }} as is_immature
    from described

)

select

    ---------- ids
    funnel_name,
    unit_type,
    unit_key,
    readable_unit_id as unit_id,
    pass_number,

    ---------- how far
    depth,
    is_completed,
    is_immature,
    entered_at,
    deepest_at,
    deepest_order,

    ---------- what is told apart
    held_value,
    dimensions,

    ---------- time of each step
    {% for step in range(1, 21) -%}
    step_{{ step }}_at{{ ',' if not loop.last }}
    {% endfor %}
from final
{%- if plan.is_partial %}

union all

-- untouched, but at the end of its window by now
select
    {% for column in [
        'funnel_name', 'unit_type', 'unit_key', 'unit_id', 'pass_number', 'depth', 'is_completed',
    ] -%}
    {{ column }},
    {% endfor -%}
    not is_immature as is_immature,
    {% for column in ['entered_at', 'deepest_at', 'deepest_order', 'held_value', 'dimensions'] -%}
    {{ column }},
    {% endfor -%}
    {% for step in range(1, 21) -%}
    step_{{ step }}_at{{ ',' if not loop.last }}
    {% endfor -%}
from {{ this }}
where
    is_immature <> ({{ is_immature }})
    and not {{ changed }}
{%- endif %}
