{{ config(enabled=(project_name == 'waymark')) }}

-- Who reached the required step before either reached this one too or dropped off. In a closed
-- funnel nobody else gets there, so those who did not drop off are all that reached the step.

with

funnel_steps as (

    select * from {{ ref('funnel_steps') }}

),

funnel_definitions as (

    select * from {{ ref('funnel_definitions') }}

),

steps as (

    select
        funnel_steps.funnel_name as funnel_name,
        funnel_steps.breakdown_name as breakdown_name,
        funnel_steps.breakdown_value as breakdown_value,
        funnel_steps.step_number as step_number,
        funnel_steps.units_entered as units_entered,
        funnel_steps.units_reached as units_reached,
        funnel_steps.dropped_off as dropped_off,
        funnel_definitions.entry,
        coalesce(previous.units_reached, funnel_steps.units_reached) as units_before
    from funnel_steps
    inner join funnel_definitions
        on
            funnel_steps.funnel_name = funnel_definitions.funnel_name
            and funnel_steps.step_number = funnel_definitions.step_number
    left join funnel_steps as previous
        on
            funnel_steps.funnel_name = previous.funnel_name
            and funnel_steps.breakdown_name = previous.breakdown_name
            and funnel_steps.breakdown_value = previous.breakdown_value
            and funnel_definitions.previous_step_number = previous.step_number
    where not funnel_definitions.is_optional

)

select *
from steps
where
    units_reached + dropped_off < units_before
    or dropped_off > units_before
    or (entry = 'first_step' and units_reached + dropped_off <> units_before)
    or (entry = 'first_step' and step_number = 1 and units_reached <> units_entered)
