{% macro _cohort_matrix(name, sizes, counts, cohort) -%}
    {#- Every cell of every cohort. One that has not had its time is unknown, not zero; cell 0 is the
        cohort itself. Expects the CTE `data_end` with `last_event_at`. -#}
    {%- set next = 'numbers.interval_end_number + 1' -%}
    {%- set local_end = waymark.to_local_time('data_end.last_event_at', cohort.timezone) -%}
    {%- set on_or_after = cohort.criterion == 'on_or_after' -%}
{{ name }}_numbers as (

    {{ waymark._cohort_cells(cohort) | indent(4) }}

),

{{ name }}_cells as (

    select
        sizes.cohort_start,
        sizes.breakdown_name,
        sizes.breakdown_value,
        numbers.interval_number,
        numbers.interval_end_number,
        numbers.interval_label,
        sizes.cohort_size,
        {% if cohort.rolling -%}
        {{ waymark.order_to_us('max(sizes.last_started_order) over (partition by sizes.cohort_start)') }}
        + ({{ next }}) * {{ cohort.interval_seconds * 1000000 }}
        <= {{ waymark.epoch_us('data_end.last_event_at') }}
        {%- else -%}
        {{ waymark.add_periods('sizes.cohort_start', next, cohort.interval) }}
        <= {{ local_end if cohort.interval == 'hour'
            else waymark.add_periods(waymark.period_start(local_end, 'day'), 1, 'day') }}
        {%- endif %} as is_mature
    from {{ sizes }} as sizes
    cross join {{ name }}_numbers as numbers
    cross join data_end

),

{{ name }}_counted as (

    select
        cells.cohort_start,
        cells.breakdown_name,
        cells.breakdown_value,
        cells.interval_number,
        cells.interval_end_number,
        cells.interval_label,
        cells.cohort_size,
        cells.is_mature,
        coalesce(sum(counts.units_returned), 0) as units_returned,
        coalesce(sum(counts.units_active), 0) as units_active
    from {{ name }}_cells as cells
    left join {{ counts }} as counts
        on
            cells.cohort_start = counts.cohort_start
            and cells.breakdown_name = counts.breakdown_name
            and cells.breakdown_value = counts.breakdown_value
            {% if on_or_after -%}
            and (
                cells.interval_number = counts.interval_number
                or (cells.interval_number > 0 and cells.interval_number < counts.interval_number)
            )
            {%- else -%}
            and cells.interval_number = counts.interval_number
            {%- endif %}
    group by 1, 2, 3, 4, 5, 6, 7, 8

),

{{ name }} as (

    select
        cohort_start,
        breakdown_name,
        breakdown_value,
        interval_number,
        interval_end_number,
        interval_label,
        cohort_size,
        is_mature,
        case
            when interval_number = 0 then cohort_size
            when is_mature then units_returned
        end as units_returned,
        case when interval_number = 0 then units_returned end as units_returned_same_interval,
        case
            when interval_number = 0 then cohort_size
            when is_mature then units_active
        end as units_active
    from {{ name }}_counted

)
{%- endmacro %}
