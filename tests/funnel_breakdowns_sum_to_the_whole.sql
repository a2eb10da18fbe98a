{{ config(enabled=(project_name == 'waymark')) }}

-- The values of a breakdown together are the whole funnel, step by step.

with

funnel_steps as (

    select * from {{ ref('funnel_steps') }}

),

breakdowns as (

    select
        funnel_name,
        breakdown_name,
        step_number,
        sum(units_entered) as units_entered,
        sum(units_reached) as units_reached,
        sum(immature_units) as immature_units
    from funnel_steps
    where breakdown_name <> 'all'
    group by 1, 2, 3

)

select
    breakdowns.*,
    whole.units_entered as whole_units_entered,
    whole.units_reached as whole_units_reached
from breakdowns
left join funnel_steps as whole
    on
        breakdowns.funnel_name = whole.funnel_name
        and breakdowns.step_number = whole.step_number
        and whole.breakdown_name = 'all'
where
    breakdowns.units_entered is distinct from whole.units_entered
    or breakdowns.units_reached is distinct from whole.units_reached
    or breakdowns.immature_units is distinct from whole.immature_units
