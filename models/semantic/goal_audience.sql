select
    goals.goal_id,
    session_days.session_key,
    session_days.visitor_key,
    session_days.event_date
from {{ ref('goals') }} as goals
cross join {{ ref('session_days') }} as session_days
