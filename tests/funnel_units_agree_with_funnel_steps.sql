{{ config(enabled=(project_name == 'waymark')) }}

-- Units, step times and flags of funnel_units add up to the whole of funnel_steps.

with

funnel_definitions as (

    select * from {{ ref('funnel_definitions') }}

),

funnel_units as (

    select * from {{ ref('funnel_units') }}

),

counted as (

    select
        funnel_definitions.funnel_name,
        funnel_definitions.step_number,
        count(funnel_units.unit_key) as units_entered,
        count(
            {{ waymark.step_at('funnel_units', 'funnel_definitions.step_number') }}
        ) as units_reached,
        count(case when funnel_units.is_immature then 1 end) as immature_units,
        count(case when funnel_units.is_completed then 1 end) as units_completed
    from funnel_definitions
    left join funnel_units on funnel_definitions.funnel_name = funnel_units.funnel_name
    group by 1, 2

),

final as (

    select
        counted.funnel_name as funnel_name,
        counted.step_number as step_number,
        counted.units_entered as units_entered,
        counted.units_reached as units_reached,
        counted.immature_units as immature_units,
        counted.units_completed,
        funnel_steps.units_entered as step_units_entered,
        funnel_steps.units_reached as step_units_reached,
        funnel_steps.immature_units as step_immature_units,
        case
            when funnel_definitions.next_step_number is null and not funnel_definitions.is_optional
                then funnel_steps.units_reached
        end as last_units_reached
    from counted
    inner join funnel_definitions
        on
            counted.funnel_name = funnel_definitions.funnel_name
            and counted.step_number = funnel_definitions.step_number
    left join {{ ref('funnel_steps') }} as funnel_steps
        on
            counted.funnel_name = funnel_steps.funnel_name
            and counted.step_number = funnel_steps.step_number
            and funnel_steps.breakdown_name = 'all'

)

select *
from final
where
    units_entered is distinct from step_units_entered
    or units_reached is distinct from step_units_reached
    or immature_units is distinct from step_immature_units
    or coalesce(last_units_reached, units_completed) <> units_completed
