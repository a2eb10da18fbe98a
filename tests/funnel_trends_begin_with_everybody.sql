{{ config(enabled=(project_name == 'waymark')) }}

-- Who entered a closed funnel in a period reached its first step there.

select
    funnel_trends.funnel_name,
    funnel_trends.period,
    funnel_trends.period_start,
    funnel_trends.units_entered,
    funnel_trends.units_reached
from {{ ref('funnel_trends') }} as funnel_trends
inner join {{ ref('funnel_definitions') }} as funnel_definitions
    on
        funnel_trends.funnel_name = funnel_definitions.funnel_name
        and funnel_trends.step_number = funnel_definitions.step_number
where
    funnel_definitions.step_number = 1
    and funnel_definitions.entry = 'first_step'
    and funnel_trends.units_reached <> funnel_trends.units_entered
