{#- The payload of a row tells what it says, not when it was read. -#}
{%- set columns = waymark.staged_columns().keys()
    | reject('in', ['event_key', 'device_key', 'user_key', 'shard_version']) | join(',\n        ') %}
{%- set kinds = waymark.source_kinds() %}

with

staged_events as (

    select
        {{ columns }}
    from {{ ref('staged_events') }}
    where reject_reason is not null

),

duplicate_events as (

    select
        {{ columns }}
    from {{ ref('duplicate_events') }}
    where occurrence > 1

),

refused as (

    select
        source_name,
        source_property,
        source_shard,
        event_id,
        event_name,
        event_at,
        loaded_at,
        reject_reason as reason,
        coalesce(raw_payload, {{ waymark.row_json('staged_events') }}) as payload
    from staged_events

),

duplicates as (

    select
        source_name,
        source_property,
        source_shard,
        event_id,
        event_name,
        event_at,
        loaded_at,
        'duplicate of ' || event_id as reason,
        {{ waymark.row_json('duplicate_events') }} as payload
    from duplicate_events

),

final as (

    select * from refused
    union all
    select * from duplicates
    {%- for name in waymark.load_config().sources %}
    {%- for fact, columns in (kinds[name].facts or {}).items() %}
    union all
    select
        source_name,
        source_property,
        source_shard,
        {{ columns[0] }} as event_id,
        '{{ fact }}' as event_name,
        cast({{ columns[1] or 'null' }} as {{ dbt.type_timestamp() }}) as event_at,
        loaded_at,
        reject_reason as reason,
        raw_payload as payload
    from {{ ref('stg_' ~ name ~ '__' ~ fact) }}
    where reject_reason is not null
    {%- endfor %}
    {%- endfor %}

)

select
    source_name,
    source_property,
    source_shard,
    event_id,
    event_name,
    event_at,
    loaded_at,
    reason,
    payload as raw_payload
from final
