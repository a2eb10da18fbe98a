{{ config(enabled=(project_name == 'waymark')) }}

-- Every completion is an accepted event, with the visitor, time and order of that event.

select
    goal_completions.goal_name,
    goal_completions.event_id
from {{ ref('goal_completions') }} as goal_completions
left join {{ ref('events') }} as events
    on
        goal_completions.event_id = events.event_id
        and goal_completions.completed_at = events.event_at
        and goal_completions.event_order = events.event_order
        and goal_completions.visitor_key is not distinct from events.visitor_key
where events.event_id is null
