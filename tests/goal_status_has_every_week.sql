{{ config(enabled=(project_name == 'waymark')) }}

-- Every goal has a row for every week of the data, also for one in which nothing happened.

with

expected as (

    select count(distinct period_start) as weeks
    from {{ ref('int_visitor_periods') }}

)

select
    goals.goal_name,
    count(goal_status.period_start) as weeks,
    min(expected.weeks) as active_weeks
from {{ ref('goals') }} as goals
cross join expected
left join {{ ref('goal_status') }} as goal_status on goals.goal_name = goal_status.goal_name
group by goals.goal_name
having count(goal_status.period_start) < min(expected.weeks)
