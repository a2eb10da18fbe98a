{{ config(materialized='refreshed') }}

{%- set plan = waymark.refresh_plan('events') %}
{%- set changes = waymark.changed_visitors(plan) %}
{%- set touch_columns = [
    'channel', 'traffic_source', 'traffic_medium', 'campaign', 'landing_page_path',
] %}

{{ waymark.refresh_header(plan, waymark.delete_changed(changes)) }}
with

sessions as {{ waymark.not_materialized() }}(

    select * from {{ ref('sessions') }}
    {{ waymark.of_changed_visitors(plan) }}

),

events as (

    select * from {{ ref('events') }}
    {{ waymark.of_changed_visitors(plan) }}

),

activity as (

    select
        visitor_key,
        min(visitor_id) as visitor_id,
        {{ waymark.max_by('user_id', ['event_order', 'event_id']) }} as user_id,
        count(distinct anonymous_id) as devices,
        min(event_at) as first_seen_at,
        max(event_at) as last_seen_at,
        min(event_date) as first_seen_date,
        count(*) as events
    from events
    where
        visitor_key > 0
        and {{ waymark.is_person() }}
    group by visitor_key

),

touches as (

    select
        visitor_key,
        count(*) as sessions,
        min(session_number) as first_session_number,
        max(session_number) as last_session_number
    from sessions
    group by visitor_key

),

final as (

    select
        activity.visitor_key as visitor_key,
        activity.visitor_id as visitor_id,
        activity.user_id,
        activity.devices,
        activity.first_seen_at,
        activity.last_seen_at,
        activity.first_seen_date,
        touches.sessions,
        activity.events as events,
        {% for touch in ['first', 'last'] -%}
        {% for column in touch_columns -%}
        {{ touch }}_session.{{ column }} as {{ touch }}_{{ column }},
        {% endfor -%}
        {% endfor -%}
        first_session.device_category as first_device_category,
        first_session.country as first_country
    from activity
    left join touches on activity.visitor_key = touches.visitor_key
    left join sessions as first_session
        on
            touches.visitor_key = first_session.visitor_key
            and touches.first_session_number = first_session.session_number
    left join sessions as last_session
        on
            touches.visitor_key = last_session.visitor_key
            and touches.last_session_number = last_session.session_number

)

select * from final
