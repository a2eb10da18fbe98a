{{ config(materialized='refreshed') }}

{%- set plan = waymark.rebuild_plan(['int_funnel_stops'], ['goals', 'funnels']) %}

{{ waymark.refresh_header(plan) }}
with

funnel_definitions as (

    select * from {{ ref('funnel_definitions') }}

),

funnel_units as (

    select * from {{ ref('funnel_units') }}
    where not is_completed

),

funnel_stops as (

    select * from {{ ref('int_funnel_stops') }}

),

final as (

    select
        {% for column in [
            'funnel_name', 'unit_type', 'unit_key', 'unit_id', 'pass_number', 'depth', 'deepest_at',
            'is_immature',
        ] -%}
        funnel_units.{{ column }} as {{ column }},
        {% endfor -%}
        last_step.step_name as last_step_name,
        next_step.step_number as next_step_number,
        next_step.step_name as next_step_name
        {%- for number in [1, 2, 3] %},
        {% for column in ['', '_page_path', '_at'] -%}
        funnel_stops.next_event_{{ number }}{{ column }} as next_event_{{ number }}{{ column }}
        {{- ',' if not loop.last }}
        {% endfor -%}
        {%- endfor %}
    from funnel_units
    inner join funnel_definitions as last_step
        on
            funnel_units.funnel_name = last_step.funnel_name
            and funnel_units.depth = last_step.step_number
    left join funnel_definitions as next_step
        on
            funnel_units.funnel_name = next_step.funnel_name
            and last_step.next_step_number = next_step.step_number
    left join funnel_stops
        on
            funnel_units.funnel_name = funnel_stops.funnel_name
            and funnel_units.unit_key = funnel_stops.unit_key
            and funnel_units.pass_number = funnel_stops.pass_number

)

select

    ---------- ids
    funnel_name,
    unit_type,
    unit_key,
    unit_id,
    pass_number,

    ---------- where and when
    depth as last_step_number,
    last_step_name,
    deepest_at as stopped_at,
    next_step_number,
    next_step_name,
    is_immature,

    ---------- the next three things they did
    {% for number in [1, 2, 3] -%}
    next_event_{{ number }},
    next_event_{{ number }}_page_path,
    next_event_{{ number }}_at{{ ',' if not loop.last }}
    {% endfor %}
from final
