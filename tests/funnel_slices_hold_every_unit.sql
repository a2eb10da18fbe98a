{{ config(enabled=(project_name == 'waymark')) }}

-- Each unit, or pass, is in one value of each breakdown of its funnel.

with

units as (

    select
        funnel_name,
        count(*) as units
    from {{ ref('funnel_units') }}
    group by funnel_name

),

sliced as (

    select
        funnel_name,
        breakdown_name,
        count(*) as units
    from {{ ref('int_funnel_slices') }}
    group by 1, 2

)

select
    sliced.funnel_name,
    sliced.breakdown_name,
    sliced.units as sliced_units,
    units.units
from units
full outer join sliced on units.funnel_name = sliced.funnel_name
where units.units is distinct from sliced.units
