{{ config(enabled=(project_name == 'waymark')) }}

-- A visitor has one value of a breakdown, so the values of a cell add up to the whole.

with

cells as (

    select
        cohort_name,
        cohort_start_at,
        interval_number,
        breakdown_name,
        sum(cohort_size) as cohort_size,
        sum(units_returned) as units_returned,
        sum(units_active) as units_active
    from {{ ref('cohort_retention') }}
    group by cohort_name, cohort_start_at, interval_number, breakdown_name

)

select
    whole.*,
    parts.breakdown_name as broken_down_by
from cells as whole
inner join cells as parts
    on
        whole.cohort_name = parts.cohort_name
        and whole.cohort_start_at = parts.cohort_start_at
        and whole.interval_number = parts.interval_number
where
    whole.breakdown_name = 'all'
    and (
        whole.cohort_size <> parts.cohort_size
        or whole.units_returned is distinct from parts.units_returned
        or whole.units_active is distinct from parts.units_active
    )
