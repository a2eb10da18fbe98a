{{ config(materialized='refreshed') }}

{%- set config_ = waymark.load_config() %}
{%- set funnels = config_.funnels.values() | list %}
{%- set plan = waymark.refresh_plan('funnel_units', waymark.funnel_hashes(config_)) %}
{%- do waymark.plan_funnel_units(plan, funnels) %}
{%- set unit_keys = {} %}
{%- for funnel in funnels %}
    {%- if funnel.unit is string %}
        {%- do unit_keys.update({funnel.unit: 'events.' ~ funnel.unit ~ '_key'}) %}
    {%- else %}
        {%- set value = "nullif(" ~ waymark.event_property('events', funnel.unit.property) ~ ", '')" %}
        {%- do unit_keys.update({funnel.unit.property: waymark.surrogate_key(value)}) %}
    {%- endif %}
{%- endfor %}

{{ waymark.refresh_header(plan, waymark.delete_funnel_units(plan, funnels)) }}
with

events as {{ waymark.not_materialized() }}(

    select * from {{ ref('events') }} as events
    where {{ waymark.is_person('events') }}

),

stopped as (

    {% for funnel in funnels if plan.is_partial -%}
    select
        funnel_name,
        unit_type,
        unit_key,
        pass_number,
        deepest_order
    from {{ ref('funnel_units') }} as units
    {{ waymark.of_changed_units(plan, funnel, 'unit_key') or 'where true' }}
        and funnel_name = {{ waymark.text_literal(funnel.name) }}
        and not is_completed
    {{ 'union all' if not loop.last }}

    {% else -%}
    select
        funnel_name,
        unit_type,
        unit_key,
        pass_number,
        deepest_order
    from {{ ref('funnel_units') }}
    where not is_completed
    {%- endfor %}

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
        first_stops.unit_type as unit_type,
        first_stops.unit_key as unit_key,
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
        stopped.funnel_name,
        stopped.unit_type as unit_type,
        stopped.unit_key as unit_key,
        stopped.pass_number,
        moments.event_number as event_number
    from stopped
    {{ waymark.asof_join(
        'stopped', 'moments', ['unit_type', 'unit_key'], 'deepest_order', 'event_order', '<'
    ) }}

),

final as (

    select
        followed.funnel_name,
        followed.unit_key as unit_key,
        followed.pass_number
        {%- for number in [1, 2, 3] %},
        next_{{ number }}.event_name as next_event_{{ number }},
        next_{{ number }}.page_path as next_event_{{ number }}_page_path,
        next_{{ number }}.event_at as next_event_{{ number }}_at
        {%- endfor %}
    from followed
    {% for number in [1, 2, 3] -%}
    {{ 'inner' if number == 1 else 'left' }} join numbered_events as next_{{ number }}
        on
            followed.unit_type = next_{{ number }}.unit_type
            and followed.unit_key = next_{{ number }}.unit_key
            and followed.event_number + {{ number - 1 }} = next_{{ number }}.event_number
    {% endfor %}
)

select
    funnel_name,
    unit_key,
    pass_number
    {%- for number in [1, 2, 3] %},
    next_event_{{ number }},
    next_event_{{ number }}_page_path,
    next_event_{{ number }}_at
    {%- endfor %}
from final
