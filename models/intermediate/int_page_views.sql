{{ config(materialized='refreshed') }}

{%- set plan = waymark.refresh_plan('events') %}
{%- set changes = waymark.changed_visitors(plan) %}

{{ waymark.refresh_header(plan, waymark.delete_changed(changes, column='event_order')) }}
with

{% if plan.is_partial -%}
changes as (
    {{ changes }}

),

{% endif -%}
final as (

    select
        events.visitor_key as visitor_key,
        events.event_order as event_order,
        events.event_key as event_key,
        events.page_path as page_path
    from {{ ref('events') }} as events
    {%- if plan.is_partial %}
    inner join changes
        on
            events.visitor_key = changes.changed_visitor_key
            and events.event_order >= changes.changed_from
    {%- endif %}
    where
        events.visitor_key > 0
        and events.page_path is not null
        and {{ waymark.is_page_view('events.event_name') }}
        and {{ waymark.is_person('events') }}
        {%- if plan.is_partial %}
        and events.event_at >= {{ waymark.timestamp_from_us(waymark.first_changed_us(plan)) }}
        {%- endif %}

)

select
    visitor_key,
    event_order,
    event_key,
    page_path
from final
