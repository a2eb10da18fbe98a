{{ config(enabled=(project_name == 'waymark')) }}

-- Who reached a step or dropped off there reached the step before; a step never has more units.

with

steps as (

    select
        funnel_name,
        breakdown_name,
        breakdown_value,
        step_number,
        units_reached,
        dropped_off,
        lag(units_reached, 1, units_entered) over (
            partition by funnel_name, breakdown_name, breakdown_value
            order by step_number
        ) as units_before
    from {{ ref('funnel_steps') }}

)

select *
from steps
where
    units_reached + dropped_off <> units_before
    or units_reached > units_before
