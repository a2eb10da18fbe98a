with

cohort_retention as (

    select * from {{ ref('cohort_retention') }}

),

pooled as (

    select
        cohort_name,
        breakdown_name,
        breakdown_value,
        interval_number,
        interval_end_number,
        interval_label,
        interval_unit,
        is_rolling,
        criterion,
        sum(case when is_mature then 1 else 0 end) as cohorts,
        sum(case when is_mature then cohort_size else 0 end) as cohort_size,
        sum(case when is_mature then units_returned end) as units_returned,
        sum(case when is_mature then units_active end) as units_active
    from cohort_retention
    group by 1, 2, 3, 4, 5, 6, 7, 8, 9

),

final as (

    select
        *,
        {{ waymark.rate('units_returned', 'cohort_size') }} as retention_rate,
        {{ waymark.rate('units_active', 'cohort_size') }} as active_rate
    from pooled

)

select
    cohort_name,
    breakdown_name,
    breakdown_value,
    interval_number,
    interval_end_number,
    interval_label,
    interval_unit,
    is_rolling,
    criterion,
    cast(cohorts as bigint) as cohorts,
    cast(cohort_size as bigint) as cohort_size,
    cast(units_returned as bigint) as units_returned,
    retention_rate,
    cast(units_active as bigint) as units_active,
    active_rate
from final
