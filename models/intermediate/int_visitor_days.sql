{{ config(materialized='refreshed') }}

{%- set plan = waymark.refresh_plan('events') %}
{%- set changes = waymark.changed_visitors(plan) %}
{%- set zone = waymark.load_config().timezone %}
{%- set first_date = waymark.order_to_local_date('changes.changed_from', zone) %}
{#- A local day begins up to 25 hours before any of its moments. -#}
{%- set first_at = waymark.add_seconds(
    waymark.timestamp_from_us(waymark.first_changed_us(plan)), -172800
) %}

{{ waymark.refresh_header(plan, waymark.delete_changed(changes, first_date, 'event_date')) }}
with

{% if plan.is_partial -%}
changes as (
    {{ changes }}

),

{% endif -%}
events as (

    select events.*
    from {{ ref('events') }} as events
    {%- if plan.is_partial %}
    inner join changes
        on
            events.visitor_key = changes.changed_visitor_key
            and events.event_date >= {{ first_date }}
    {%- endif %}
    where
        events.visitor_key > 0
        and {{ waymark.is_person('events') }}
        {%- if plan.is_partial %}
        and events.event_at >= {{ first_at }}
        {%- endif %}

),

final as (

    select
        visitor_key,
        event_date,
        min(event_order) as first_event_order,
        max(event_order) as last_event_order
    from events
    group by visitor_key, event_date

)

select
    visitor_key,
    event_date,
    first_event_order,
    last_event_order
from final
