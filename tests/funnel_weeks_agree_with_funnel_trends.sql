{{ config(enabled=(project_name == 'waymark')) }}

-- The weeks of a funnel are those of funnel_trends, and those of each breakdown add up to them.
with

weeks as (

    select
        funnel_name,
        breakdown_name,
        period_start,
        step_number,
        sum(units_reached) as units_reached
    from {{ ref('int_funnel_weeks') }}
    group by funnel_name, breakdown_name, period_start, step_number

)

select
    weeks.funnel_name,
    weeks.breakdown_name,
    weeks.period_start,
    weeks.step_number,
    weeks.units_reached,
    funnel_trends.units_reached as units_in_trends
from weeks
left join {{ ref('funnel_trends') }} as funnel_trends
    on
        weeks.funnel_name = funnel_trends.funnel_name
        and weeks.period_start = funnel_trends.period_start
        and weeks.step_number = funnel_trends.step_number
        and funnel_trends.period = 'week'
where
    funnel_trends.units_reached is null
    or weeks.units_reached <> funnel_trends.units_reached
