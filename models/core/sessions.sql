with

events as (

    select * from {{ ref('events') }}
    where session_key is not null

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
            case when event_name in ('page_view', 'pageview', '$pageview', 'page') then 1 end
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
        {{ waymark.min_by('country', ['event_order', 'event_id']) }} as country
    from events
    group by session_key

),

final as (

    select
        *,
        {{ waymark.seconds_between('started_at', 'ended_at') }} as duration_seconds,
        row_number() over (
            partition by visitor_key
            order by started_at, session_key
        ) as session_number
    from aggregated

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
    country

from final
