{{ config(materialized='refreshed') }}

{%- set plan = waymark.refresh_plan('events') %}
{%- set changes = waymark.changed_visitors(plan) %}

{%- set names = "('" ~ (waymark.form_event_names() | join("', '")) ~ "')" %}

{#- What tools call a form and its fields; the first that is filled counts. -#}
{%- set form_properties = ['form_id', 'form_name', 'form_destination', 'page_path'] %}
{%- set field_properties = ['field_name', 'form_field_name', 'field_id', 'form_field_id'] %}

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
        events.session_key as session_key,
        events.event_order as event_order,
        events.event_key as event_key,
        events.event_name as step_name,
        events.device_category as device_category,
        coalesce(
            {%- for property in form_properties %}
            nullif({{ waymark.event_property('events', property) }}, ''),
            {%- endfor %}
            '(not set)'
        ) as form_name,
        case
            when events.event_name = 'form_field'
                then coalesce(
                    {%- for property in field_properties %}
                    nullif({{ waymark.event_property('events', property) }}, ''),
                    {%- endfor %}
                    '(not set)'
                )
        end as field_name
    from {{ ref('events') }} as events
    {%- if plan.is_partial %}
    inner join changes
        on
            events.visitor_key = changes.changed_visitor_key
            and events.event_order >= changes.changed_from
    {%- endif %}
    where
        events.event_name in {{ names }}
        and events.session_key is not null
        and {{ waymark.is_person('events') }}
        {%- if plan.is_partial %}
        and events.event_at >= {{ waymark.timestamp_from_us(waymark.first_changed_us(plan)) }}
        {%- endif %}

)

select
    visitor_key,
    session_key,
    event_order,
    event_key,
    step_name,
    device_category,
    form_name,
    field_name
from final
