{{ config(enabled=(project_name == 'waymark')) }}

-- No accepted event is later than its load by more than the tolerance.

select
    source_name,
    event_id,
    event_at,
    loaded_at
from {{ ref('events') }}
where
    {{ waymark.seconds_between('loaded_at', 'event_at') }}
    > {{ waymark.load_config().future_tolerance_seconds }}
