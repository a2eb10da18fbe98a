{{ config(enabled=(project_name == 'waymark')) }}

-- Of every event that came more than once, one copy is accepted.

select
    rejected_events.source_name,
    rejected_events.event_id
from {{ ref('rejected_events') }} as rejected_events
left join {{ ref('events') }} as events
    on
        rejected_events.source_name = events.source_name
        and rejected_events.event_id = events.event_id
where
    rejected_events.reason like 'duplicate of %'
    and events.event_id is null
    -- the rest is of sources that bring no events
    and rejected_events.source_name in (
        select staged_events.source_name from {{ ref('staged_events') }} as staged_events
    )
