{{ config(enabled=(project_name == 'waymark')) }}

-- A weighted average is never above the best of its mature cohorts nor below the worst.

with

extremes as (

    select
        cohort_name,
        breakdown_name,
        breakdown_value,
        interval_number,
        min(retention_rate) as lowest,
        max(retention_rate) as highest
    from {{ ref('cohort_retention') }}
    where is_mature
    group by cohort_name, breakdown_name, breakdown_value, interval_number

)

select averages.*
from {{ ref('cohort_averages') }} as averages
left join extremes
    on
        averages.cohort_name = extremes.cohort_name
        and averages.breakdown_name = extremes.breakdown_name
        and averages.breakdown_value = extremes.breakdown_value
        and averages.interval_number = extremes.interval_number
where
    (averages.retention_rate is null) <> (extremes.highest is null)
    or averages.retention_rate > extremes.highest + 1e-9
    or averages.retention_rate < extremes.lowest - 1e-9
