{{ config(enabled=(project_name == 'waymark')) }}

-- `once_per_visitor` is at most one completion of a visitor, `once_per_session` one of a session.

select
    goal_completions.goal_name,
    goal_completions.visitor_key,
    case
        when goals.counting = 'once_per_session' then goal_completions.session_key
    end as session_key,
    count(*) as completions
from {{ ref('goal_completions') }} as goal_completions
inner join {{ ref('goals') }} as goals on goal_completions.goal_name = goals.goal_name
where
    goals.counting <> 'every'
    and goal_completions.visitor_key is not null
group by 1, 2, 3
having count(*) > 1
