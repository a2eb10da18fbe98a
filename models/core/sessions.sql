{{ config(materialized='refreshed', **waymark.table_layout('session_date', ['visitor_key'])) }}

{%- set plan = waymark.refresh_plan('events') %}
{%- set changes = waymark.changed_visitors(plan) %}
{%- set started_order = waymark.epoch_us('started_at') ~ ' * 1000' %}

{{ waymark.refresh_header(plan, waymark.delete_changed(changes, column=started_order)) }}
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
            and events.event_order >= changes.changed_from
    {%- endif %}
    where
        events.session_key is not null
        and {{ waymark.is_person('events') }}
        {%- if plan.is_partial %}
        and events.event_at >= {{ waymark.timestamp_from_us(waymark.first_changed_us(plan)) }}
        {%- endif %}

),

aggregated as (

    select
        session_key,
        min(session_id) as session_id,
        min(native_session_id) as native_session_id,
        min(visitor_key) as visitor_key,
        min(visitor_id) as visitor_id,
        min(source_name) as source_name,
        min(source_property) as source_property,
        min(event_at) as started_at,
        max(event_at) as ended_at,
        min(event_date) as session_date,
        count(*) as events,
        count(
            case when {{ waymark.is_page_view('event_name') }} then 1 end
        ) as page_views,
        {{ waymark.min_by('page_path', ['event_order', 'event_id']) }} as landing_page_path,
        {{ waymark.max_by('page_path', ['event_order', 'event_id']) }} as exit_page_path,
        {{ waymark.min_by('referrer_url', ['event_order', 'event_id']) }} as referrer_url,
        min(traffic_source) as traffic_source,
        min(traffic_medium) as traffic_medium,
        min(campaign) as campaign,
        min(channel) as channel,
        {{ waymark.min_by('device_category', ['event_order', 'event_id']) }} as device_category,
        {{ waymark.min_by('operating_system', ['event_order', 'event_id']) }} as operating_system,
        {{ waymark.min_by('browser', ['event_order', 'event_id']) }} as browser,
        {{ waymark.min_by('country', ['event_order', 'event_id']) }} as country,
        -- granted if any of its events was
        max(consent_state) as consent_state
    from events
    group by session_key

),

{% if plan.is_partial -%}
-- what changed begins where no earlier session is open
earlier_sessions as (

    select
        built.visitor_key,
        max(built.session_number) as session_number
    from {{ this }} as built
    inner join changes
        on
            built.visitor_key = changes.changed_visitor_key
            and {{ waymark.epoch_us('built.started_at') }} * 1000 < changes.changed_from
    group by built.visitor_key

),

{% endif -%}
final as (

    select
        aggregated.*,
        {{ waymark.seconds_between('aggregated.started_at', 'aggregated.ended_at') }}
            as duration_seconds,
        row_number() over (
            partition by aggregated.visitor_key
            order by aggregated.started_at, aggregated.session_key
        ){{ ' + coalesce(earlier_sessions.session_number, 0)' if plan.is_partial }}
            as session_number
    from aggregated
    {%- if plan.is_partial %}
    left join earlier_sessions on aggregated.visitor_key = earlier_sessions.visitor_key
    {%- endif %}

)

select

    ---------- ids
    session_key,
    session_id,
    native_session_id,
    visitor_key,
    visitor_id,
    source_name,
    source_property,

    ---------- time
    started_at,
    ended_at,
    session_date,
    duration_seconds,
    session_number,

    ---------- what happened
    events,
    page_views,
    landing_page_path,
    exit_page_path,

    ---------- where from and on what
    referrer_url,
    traffic_source,
    traffic_medium,
    campaign,
    channel,
    device_category,
    operating_system,
    browser,
    country,
    consent_state

from final
