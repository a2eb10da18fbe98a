{# DuckLake takes no comments on the columns of a view. #}
{{ config(
    materialized='view',
    tags=['doctor'],
    persist_docs={'relation': true, 'columns': false},
) }}

{%- set config_ = waymark.load_config() %}

with

staged_events as (

    select * from {{ ref('staged_events') }}

),

event_renames as (

    select * from {{ ref('event_renames') }}

),

-- rows of a file that has one load time for all were loaded together, and sent at any time before
shards as (

    select
        source_name,
        source_shard,
        min(loaded_at) < max(loaded_at) as has_load_times,
        max(case when reject_reason is null then event_at end) as last_event_at
    from staged_events
    group by source_name, source_shard

),

arrivals as (

    select
        staged_events.*,
        shards.has_load_times,
        least(
            staged_events.loaded_at,
            case
                when shards.has_load_times then staged_events.loaded_at
                -- the time of a row that was refused may be why
                when staged_events.reject_reason is null then staged_events.event_at
                else coalesce(shards.last_event_at, staged_events.loaded_at)
            end,
            {{ waymark.current_time_utc() }}
        ) as arrived_at
    from staged_events
    inner join shards
        on
            staged_events.source_name = shards.source_name
            and staged_events.source_shard = shards.source_shard

),

newest as (

    select
        coalesce(max(case when reject_reason is null then arrived_at end), max(arrived_at))
            as window_ended_at
    from arrivals

),

windows as (

    select
        window_ended_at,
        {{ waymark.add_seconds('window_ended_at', '-' ~ config_.doctor_window_seconds) }}
            as window_started_at
    from newest

),

dated as (

    select
        arrivals.*,
        windows.window_started_at,
        windows.window_ended_at,
        {{ waymark.period_start(
            waymark.to_local_time(
                'coalesce(arrivals.event_at, arrivals.loaded_at)', config_.timezone
            ), 'day'
        ) }} as event_date,
        case
            when arrivals.has_load_times
                then {{ waymark.seconds_between('arrivals.event_at', 'arrivals.loaded_at') }}
        end as delay_seconds
    from arrivals
    cross join windows
    where arrivals.arrived_at >= windows.window_started_at

),

final as (

    select
        dated.event_key as event_key,
        coalesce(event_renames.event_name, dated.event_name) as event_name,
        dated.event_at,
        dated.arrived_at,
        dated.delay_seconds,
        dated.reject_reason,
        {%- for column in waymark.plan_columns() %}
        dated.{{ column }},
        {%- endfor %}
        dated.properties,
        dated.window_started_at,
        dated.window_ended_at
    from dated
    left join event_renames
        on
            dated.event_name = event_renames.raw_event_name
            and dated.event_date >= event_renames.valid_from
            and dated.event_date < event_renames.valid_until

)

select * from final
