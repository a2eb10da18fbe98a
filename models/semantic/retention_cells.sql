{%- set text = waymark.sql_type('text') %}

select
    cohort_name,
    cohort_start,
    breakdown_name,
    breakdown_value,
    interval_number,
    {{ dbt.concat([
        'cohort_name', "' '", 'breakdown_name', "' '", 'cast(interval_number as ' ~ text ~ ')',
    ]) }} as cell_kind,
    cohort_size,
    units_returned,
    units_active
from {{ ref('cohort_retention') }}
where is_mature
