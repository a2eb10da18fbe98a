{{ config(materialized='refreshed') }}

{%- set plan = waymark.rebuild_plan(['events'], []) %}

{{ waymark.refresh_header(plan) }}
with

events as {{ waymark.not_materialized() }}(

    select events.*
    from {{ ref('events') }} as events
    where {{ waymark.is_person('events') }}

),

page_views as (

    select
        source_name,
        source_property,
        event_date,
        coalesce(device_category, '(not set)') as device_category,
        coalesce(channel, '(not set)') as channel,
        consent_state,
        {{ waymark.url_host('referrer_url') }} as host_before,
        {{ waymark.referrer_host('referrer_url', 'page_url') }} as site_before
    from events
    where
        {{ waymark.is_page_view('event_name') }}
        and consent_state in ('granted', 'denied')

),

final as (

    select
        source_name,
        source_property,
        event_date,
        device_category,
        channel,
        sum(case when consent_state = 'granted' then 1 else 0 end) as consented_entrances,
        sum(case when consent_state = 'denied' then 1 else 0 end) as denied_entrances
    from page_views
    where
        host_before is null
        or site_before is not null
    group by source_name, source_property, event_date, device_category, channel

)

select
    source_name,
    source_property,
    event_date,
    device_category,
    channel,
    consented_entrances,
    denied_entrances
from final
