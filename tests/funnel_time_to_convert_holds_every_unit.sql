{{ config(enabled=(project_name == 'waymark')) }}

-- The buckets of a step hold each unit that reached it once.

with

histogram as (

    select
        funnel_name,
        breakdown_name,
        breakdown_value,
        step_number,
        sum(units) as units,
        max(units_so_far) as units_so_far
    from {{ ref('funnel_time_to_convert') }}
    group by 1, 2, 3, 4

)

select
    funnel_steps.funnel_name,
    funnel_steps.breakdown_name,
    funnel_steps.breakdown_value,
    funnel_steps.step_number,
    funnel_steps.units_reached,
    histogram.units,
    histogram.units_so_far
from {{ ref('funnel_steps') }} as funnel_steps
left join histogram
    on
        funnel_steps.funnel_name = histogram.funnel_name
        and funnel_steps.breakdown_name = histogram.breakdown_name
        and funnel_steps.breakdown_value = histogram.breakdown_value
        and funnel_steps.step_number = histogram.step_number
where
    funnel_steps.step_number > 1
    and (
        funnel_steps.units_reached <> coalesce(histogram.units, 0)
        or funnel_steps.units_reached <> coalesce(histogram.units_so_far, 0)
    )
