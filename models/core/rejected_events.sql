with

staged_events as (

    select * from {{ ref('staged_events') }}

),

duplicate_events as (

    select * from {{ ref('duplicate_events') }}

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
    where reject_reason is not null

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
    where occurrence > 1

),

final as (

    select * from refused
    union all
    select * from duplicates

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
