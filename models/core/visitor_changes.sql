{{ config(materialized='refreshed') }}

{#- What every event depends on besides its row: when it changes, everything is built again. -#}
{%- set config_ = waymark.load_config() %}
{%- set definitions = {
    'refresh_version': '1',
    'timezone': config_.timezone,
    'identity': config_.identity,
    'session_timeout': config_.session_timeout_seconds | string,
    'channel_rules': waymark.channel_rules_version(),
    'traffic_filters': waymark.traffic_filters_version() ~ config_.max_events_per_minute
        ~ config_.exclude_filtered_traffic,
    'event_aliases': waymark.event_aliases_version(),
} %}
{%- set plan = waymark.refresh_plan('source_loads', definitions) %}
{%- set events = waymark.relation_of('events') %}
{%- do waymark.plan_visitor_changes(plan, events) %}

{{ waymark.refresh_header(plan, 'revision <= ' ~ plan.settled) }}
-- depends_on: {{ ref('staged_events') }} {{ ref('duplicate_events') }} {{ ref('visitor_aliases') }}

{% if not plan.is_partial -%}
-- nothing to compare with: the tables that follow are built whole
{{ waymark.empty_relation({
    'visitor_key': 'bigint',
    'changed_from': 'bigint',
    'revision': 'bigint',
}) }}
{%- else -%}
with

staged_events as (

    select * from {{ ref('staged_events') }}
    where reject_reason is null

),

duplicate_events as (

    select * from {{ ref('duplicate_events') }}

),

visitor_aliases as (

    select * from {{ ref('visitor_aliases') }}

),

built as (

    select * from {{ events }}

),

changed_shards as (

    {{ waymark.changed_shards(plan) }}

),

changed_keys as (

    select event_key
    from staged_events
    where source_shard in (select changed_shards.source_shard from changed_shards)
    union distinct
    select event_key
    from built
    where source_shard in (select changed_shards.source_shard from changed_shards)

),

accepted as (

    select
        staged_events.event_key as event_key,
        staged_events.user_key as user_key,
        staged_events.device_key as device_key,
        staged_events.event_at as event_at,
        staged_events.native_session_id as native_session_id,
        staged_events.source_property as source_property
    from staged_events
    inner join changed_keys on staged_events.event_key = changed_keys.event_key
    left join duplicate_events
        on
            staged_events.event_key = duplicate_events.event_key
            and duplicate_events.occurrence = 1
    where duplicate_events.event_key is null

    union all

    select
        event_key,
        user_key,
        device_key,
        event_at,
        native_session_id,
        source_property
    from duplicate_events
    where
        occurrence = 1
        and event_key in (select changed_keys.event_key from changed_keys)

),

{% if config_.identity == 'user' -%}
-- devices whose history goes to another visitor: a login came or went
moved_devices as (

    select
        devices.device_key,
        coalesce(visitor_aliases.user_key, devices.device_key) as visitor_key
    from (
        select
            device_key,
            min(visitor_key) as visitor_key
        from built
        where
            user_key is null
            and device_key is not null
        group by device_key
    ) as devices
    left join visitor_aliases on devices.device_key = visitor_aliases.device_key
    where devices.visitor_key <> coalesce(visitor_aliases.user_key, devices.device_key)

),

{% endif -%}
touches as (

    select
        {{ waymark.visitor_key('accepted', 'visitor_aliases', config_.identity) }} as visitor_key,
        accepted.event_at,
        accepted.native_session_id,
        accepted.source_property,
        cast(null as {{ dbt.type_bigint() }}) as session_key
    from accepted
    left join visitor_aliases on accepted.device_key = visitor_aliases.device_key

    union all

    select
        visitor_key,
        event_at,
        native_session_id,
        source_property,
        session_key
    from built
    where event_key in (select changed_keys.event_key from changed_keys)
    {%- if config_.identity == 'user' %}

    union all

    select
        built.visitor_key,
        built.event_at,
        built.native_session_id,
        built.source_property,
        built.session_key
    from built
    inner join moved_devices
        on
            built.device_key = moved_devices.device_key
            and built.user_key is null

    union all

    select
        moved_devices.visitor_key,
        built.event_at,
        built.native_session_id,
        built.source_property,
        cast(null as {{ dbt.type_bigint() }}) as session_key
    from built
    inner join moved_devices
        on
            built.device_key = moved_devices.device_key
            and built.user_key is null
    {%- endif %}

),

first_touches as (

    select
        coalesce(visitor_key, 0) as visitor_key,
        min(event_at) as first_touched_at
    from touches
    group by 1

),

-- a session of the source may go on after any silence
touched_sessions as (

    select distinct
        coalesce(
            session_key,
            {{ waymark.session_key('visitor_key', 'source_property', 'native_session_id') }}
        ) as session_key
    from touches
    where session_key is not null or native_session_id is not null

),

built_sessions as (

    select
        first_touches.visitor_key as visitor_key,
        first_touches.first_touched_at,
        coalesce(built.session_key, 0) as session_key,
        min(built.event_at) as started_at,
        max(built.event_at) as ended_at
    from built
    inner join first_touches on coalesce(built.visitor_key, 0) = first_touches.visitor_key
    group by 1, 2, 3

),

-- sessions of several sources may overlap: where all have been silent for long, the rest can be
-- cut off
openings as (

    select
        *,
        max(ended_at) over (
            partition by visitor_key
            order by started_at, session_key
            rows between unbounded preceding and 1 preceding
        ) as silent_since
    from built_sessions

),

islands as (

    select
        *,
        max(case
            when
                silent_since is null
                or {{ waymark.seconds_between('silent_since', 'started_at') }}
                > {{ config_.session_timeout_seconds }}
                then started_at
        end) over (
            partition by visitor_key
            order by started_at, session_key
            rows between unbounded preceding and current row
        ) as island_started_at
    from openings

),

island_starts as (

    select
        islands.visitor_key,
        min(islands.island_started_at) as island_started_at
    from islands
    left join touched_sessions on islands.session_key = touched_sessions.session_key
    where
        touched_sessions.session_key is not null
        or {{ waymark.seconds_between('islands.ended_at', 'islands.first_touched_at') }}
        <= {{ config_.session_timeout_seconds }}
    group by islands.visitor_key

),

final as (

    select
        first_touches.visitor_key,
        {{ waymark.epoch_us(
            'least(first_touches.first_touched_at,'
            ~ ' coalesce(island_starts.island_started_at, first_touches.first_touched_at))'
        ) }} * 1000 as changed_from
    from first_touches
    left join island_starts on first_touches.visitor_key = island_starts.visitor_key

)

select
    visitor_key,
    changed_from,
    cast({{ plan.revision }} as {{ dbt.type_bigint() }}) as revision
from final
{%- endif %}
