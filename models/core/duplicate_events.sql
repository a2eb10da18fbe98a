with

staged_events as (

    select * from {{ ref('staged_events') }}

),

repeated_ids as (

    select
        source_name,
        event_id
    from staged_events
    where reject_reason is null
    group by source_name, event_id
    having count(*) > 1

),

final as (

    select
        staged_events.*,
        row_number() over (
            partition by staged_events.source_name, staged_events.event_id
            order by
                staged_events.loaded_at,
                staged_events.source_shard,
                staged_events.event_at,
                staged_events.event_name,
                staged_events.properties
        ) as occurrence
    from staged_events
    inner join repeated_ids
        on
            staged_events.source_name = repeated_ids.source_name
            and staged_events.event_id = repeated_ids.event_id
    where staged_events.reject_reason is null

)

select * from final
