{{ config(materialized='refreshed') }}

{%- set plan = waymark.refresh_plan('events') %}
{#- Which accepted events a shard has is told by their number and the sum of their keys. -#}
{%- set shard_states %}
    select
        source_shard,
        min(shard_version) || ' ' || cast(count(*) as {{ dbt.type_string() }}) || ' '
        || cast(sum(mod(event_key, 1000000007)) as {{ dbt.type_string() }})
            as shard_state
    from {{ ref('events') }}
    group by source_shard
{%- endset %}
{%- set unchanged_shards %}
    select counted.source_shard
    from {{ this }} as counted
    inner join ({{ shard_states }}) as shard_states
        on
            counted.source_shard = shard_states.source_shard
            and counted.shard_state = shard_states.shard_state
{%- endset %}

{{ waymark.refresh_header(plan, 'source_shard not in (' ~ unchanged_shards ~ ')') }}
with

events as (

    select * from {{ ref('events') }}
    {%- if plan.is_partial %}
    where source_shard not in ({{ unchanged_shards }})
    {%- endif %}

),

shard_states as (
    {{ shard_states }}

),

properties as (

    {{ waymark.json_each('events', 'properties', ['source_shard', 'event_name', 'event_at']) }}

),

counted as (

    select
        source_shard,
        event_name,
        property_name as parameter_name,
        count(*) as filled_events,
        max(event_at) as last_seen_at
    from properties
    where
        property_value not in ('', '(not set)')
        and property_name <> ''
    group by source_shard, event_name, property_name

),

final as (

    select
        counted.*,
        shard_states.shard_state
    from counted
    inner join shard_states on counted.source_shard = shard_states.source_shard

)

select
    source_shard,
    event_name,
    parameter_name,
    filled_events,
    last_seen_at,
    shard_state
from final
