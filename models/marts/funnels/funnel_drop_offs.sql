{{ config(materialized='refreshed') }}

{%- set plan = waymark.rebuild_plan(['funnel_units', 'events'], ['goals', 'funnels']) %}
{%- set unit_keys = {} %}
{%- for funnel in waymark.load_config().funnels.values() %}
    {%- if funnel.unit is string %}
        {%- do unit_keys.update({funnel.unit: 'events.' ~ funnel.unit ~ '_key'}) %}
    {%- else %}
        {%- set value = "nullif(" ~ waymark.event_property('events', funnel.unit.property) ~ ", '')" %}
        {%- do unit_keys.update({funnel.unit.property: waymark.surrogate_key(value)}) %}
    {%- endif %}
{%- endfor %}

{{ waymark.refresh_header(plan) }}
with

funnel_definitions as (

    select * from {{ ref('funnel_definitions') }}

),

funnel_units as (

    select * from {{ ref('funnel_units') }}

),

events as (

    select * from {{ ref('events') }}

),

stopped as (

    select
        funnel_units.funnel_name,
        funnel_units.unit_type,
        funnel_units.unit_key,
        funnel_units.unit_id,
        funnel_units.pass_number,
        funnel_units.depth,
        funnel_units.deepest_at,
        funnel_units.deepest_order,
        funnel_units.is_immature
    from funnel_units
    where not funnel_units.is_completed

),

first_stops as (

    select
        unit_type,
        unit_key,
        min(deepest_order) as first_stop_order
    from stopped
    group by unit_type, unit_key

),

unit_events as (

    {% for unit_type, unit_key in unit_keys.items() -%}
    select
        first_stops.unit_type,
        first_stops.unit_key,
        events.event_order,
        events.event_at,
        events.event_name,
        events.page_path
    from events
    inner join first_stops
        on
            {{ unit_key }} = first_stops.unit_key
            and events.event_order > first_stops.first_stop_order
    where first_stops.unit_type = {{ waymark.text_literal(unit_type) }}
    {{ 'union all' if not loop.last }}

    {% else -%}
    {{ waymark.empty_relation({
        'unit_type': 'text',
        'unit_key': 'bigint',
        'event_order': 'bigint',
        'event_at': 'timestamp',
        'event_name': 'text',
        'page_path': 'text',
    }) }}

    {% endfor %}
),

numbered_events as (

    select
        *,
        row_number() over (
            partition by unit_type, unit_key
            order by event_order, event_name, page_path
        ) as event_number
    from unit_events

),

-- where in the unit's events each moment begins
moments as (

    select
        unit_type,
        unit_key,
        event_order,
        min(event_number) as event_number
    from numbered_events
    group by unit_type, unit_key, event_order

),

followed as (

    select
        stopped.*,
        moments.event_number
    from stopped
    {{ waymark.asof_join(
        'stopped', 'moments', ['unit_type', 'unit_key'], 'deepest_order', 'event_order', '<'
    ) }}

),

final as (

    select
        {% for column in [
            'funnel_name', 'unit_type', 'unit_key', 'unit_id', 'pass_number', 'depth', 'deepest_at', 'is_immature',
        ] -%}
        followed.{{ column }} as {{ column }},
        {% endfor -%}
        last_step.step_name as last_step_name,
        next_step.step_number as next_step_number,
        next_step.step_name as next_step_name
        {%- for number in [1, 2, 3] %},
        next_{{ number }}.event_name as next_event_{{ number }},
        next_{{ number }}.page_path as next_event_{{ number }}_page_path,
        next_{{ number }}.event_at as next_event_{{ number }}_at
        {%- endfor %}
    from followed
    inner join funnel_definitions as last_step
        on
            followed.funnel_name = last_step.funnel_name
            and followed.depth = last_step.step_number
    left join funnel_definitions as next_step
        on
            followed.funnel_name = next_step.funnel_name
            and last_step.next_step_number = next_step.step_number
    {% for number in [1, 2, 3] -%}
    left join numbered_events as next_{{ number }}
        on
            followed.unit_type = next_{{ number }}.unit_type
            and followed.unit_key = next_{{ number }}.unit_key
            and followed.event_number + {{ number - 1 }} = next_{{ number }}.event_number
    {% endfor %}
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
