{{ config(materialized='refreshed') }}

{%- set plan = waymark.rebuild_plan(['source_loads'], []) %}

{{ waymark.refresh_header(plan) }}
with

logins as (

    select
        source_name,
        event_id,
        event_name,
        anonymous_id,
        user_id,
        device_key,
        user_key,
        event_at,
        source_sequence
    from {{ ref('staged_events') }}
    where
        reject_reason is null
        and device_key is not null
        and user_key is not null

),

first_logins as (

    select
        source_name,
        anonymous_id,
        min(device_key) as device_key,
        {{ waymark.min_by(
            'user_key', ['event_at', "coalesce(source_sequence, '')", 'user_id'], 'bigint'
        ) }} as user_key,
        {{ waymark.min_by(
            'user_id', ['event_at', "coalesce(source_sequence, '')", 'user_id']
        ) }} as user_id,
        {{ waymark.min_by(
            'event_id', ['event_at', "coalesce(source_sequence, '')", 'user_id', 'event_id']
        ) }} as login_event_id,
        {{ waymark.min_by(
            'event_name', ['event_at', "coalesce(source_sequence, '')", 'user_id', 'event_id']
        ) }} as login_event_name,
        min(event_at) as first_seen_at,
        count(distinct user_id) as users_seen
    from logins
    group by source_name, anonymous_id

)

select
    device_key,
    user_key,
    source_name,
    anonymous_id,
    user_id,
    login_event_id,
    login_event_name,
    first_seen_at,
    users_seen
from first_logins
