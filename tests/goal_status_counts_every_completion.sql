{{ config(enabled=(project_name == 'waymark')) }}

-- The weeks of a goal that is measured among all visitors hold each of its completions once.

with

weekly as (

    select
        goal_status.goal_name,
        sum(goal_status.completions) as completions
    from {{ ref('goal_status') }} as goal_status
    inner join {{ ref('goals') }} as goals on goal_status.goal_name = goals.goal_name
    where
        goals.eligible_after_goal_name is null
        and goals.metric <> 'retention_rate'
    group by goal_status.goal_name

),

completed as (

    select
        goal_name,
        count(*) as completions
    from {{ ref('goal_completions') }}
    group by goal_name

)

select
    weekly.goal_name,
    weekly.completions as weekly_completions,
    completed.completions
from weekly
left join completed on weekly.goal_name = completed.goal_name
where weekly.completions <> coalesce(completed.completions, 0)
