{%- set config_ = waymark.load_config() %}
{%- set properties = [] %}
{%- for funnel in config_.funnels.values() if funnel.unit is mapping %}
    {%- do properties.append(funnel.unit.property) %}
{%- endfor %}

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

unit_events as (

    {% for unit, unit_key in [('visitor', 'events.visitor_key'), ('session', 'events.session_key')] -%}
    select
        '{{ unit }}' as unit_type,
        {{ unit_key }} as unit_key,
        events.event_order,
        events.event_at,
        events.event_name,
        events.page_path
    from events
    where {{ unit_key }} in (select stopped.unit_key from stopped where stopped.unit_type = '{{ unit }}')

    {% if not loop.last or properties -%}
    union all

    {% endif -%}
    {% endfor -%}
    {% for property in properties | unique(case_sensitive=true) -%}
    select
        {{ waymark.text_literal(property) }} as unit_type,
        {{ waymark.surrogate_key(waymark.event_property('events', property)) }} as unit_key,
        events.event_order,
        events.event_at,
        events.event_name,
        events.page_path
    from events
    where nullif({{ waymark.event_property('events', property) }}, '') is not null
    {{ 'union all' if not loop.last }}

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
    {{ waymark.asof_join('stopped', 'moments', ['unit_type', 'unit_key'], 'deepest_order', 'event_order', '<') }}

),

final as (

    select
        followed.*,
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
