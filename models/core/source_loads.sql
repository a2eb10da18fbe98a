{{ config(materialized='refreshed') }}

{%- set plan = waymark.refresh_plan() %}

{{ waymark.refresh_header(plan) }}
with

staged_events as {{ waymark.not_materialized() }}(

    select * from {{ ref('staged_events') }}

),

shards as (

    select distinct
        source_name,
        source_shard,
        shard_version
    from staged_events

),

{% if plan.is_partial -%}
last_loads as (

    select
        source_name,
        source_shard,
        {{ waymark.max_by('shard_version', ['revision']) }} as shard_version
    from {{ this }}
    group by source_name, source_shard

),

changed_shards as (

    select
        coalesce(shards.source_name, last_loads.source_name) as source_name,
        coalesce(shards.source_shard, last_loads.source_shard) as source_shard,
        -- '' where a shard is gone
        coalesce(shards.shard_version, '') as shard_version
    from shards
    full outer join last_loads
        on
            shards.source_name = last_loads.source_name
            and shards.source_shard = last_loads.source_shard
    where coalesce(shards.shard_version, '') <> coalesce(last_loads.shard_version, '')

),
{%- else -%}
changed_shards as (

    select * from shards

),
{%- endif %}

-- how far the data went before
known as (

    {% if plan.is_partial -%}
    select max(last_event_at) as last_event_at
    from {{ this }}
    {%- else -%}
    select cast(null as {{ dbt.type_timestamp() }}) as last_event_at
    {%- endif %}

),

counted as (

    select
        staged_events.source_name,
        staged_events.source_shard,
        count(*) as staged_rows,
        sum(case when staged_events.reject_reason is not null then 1 else 0 end) as refused_rows,
        sum(case
            when
                staged_events.reject_reason is null
                and {{ waymark.seconds_between('staged_events.event_at', 'known.last_event_at') }}
                > {{ waymark.load_config().lookback_days * 86400 }}
                then 1
            else 0
        end) as late_rows,
        min(case when staged_events.reject_reason is null then staged_events.event_at end)
            as first_event_at,
        max(case when staged_events.reject_reason is null then staged_events.event_at end)
            as last_event_at,
        max(staged_events.loaded_at) as loaded_at
    from staged_events
    cross join known
    {%- if plan.is_partial %}
    where staged_events.source_shard in (select changed_shards.source_shard from changed_shards)
    {%- endif %}
    group by staged_events.source_name, staged_events.source_shard

),

final as (

    select
        changed_shards.source_name,
        changed_shards.source_shard,
        changed_shards.shard_version,
        cast({{ plan.revision }} as {{ dbt.type_bigint() }}) as revision,
        changed_shards.shard_version = '' as is_gone,
        coalesce(counted.staged_rows, 0) as staged_rows,
        coalesce(counted.refused_rows, 0) as refused_rows,
        coalesce(counted.late_rows, 0) as late_rows,
        counted.first_event_at,
        counted.last_event_at,
        counted.loaded_at
    from changed_shards
    left join counted
        on
            changed_shards.source_name = counted.source_name
            and changed_shards.source_shard = counted.source_shard

)

select
    source_name,
    source_shard,
    shard_version,
    revision,
    is_gone,
    cast(staged_rows as {{ dbt.type_bigint() }}) as staged_rows,
    cast(refused_rows as {{ dbt.type_bigint() }}) as refused_rows,
    cast(late_rows as {{ dbt.type_bigint() }}) as late_rows,
    first_event_at,
    last_event_at,
    loaded_at
from final
