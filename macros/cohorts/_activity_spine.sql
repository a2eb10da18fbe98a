{% macro _activity_spine(period, week_start) -%}
first_{{ period }} as (

    select
        activity,
        min(period_start) as period_start
    from counted_in_{{ period }}
    group by activity

),

spine_{{ period }} as (

    {{ waymark.date_rows(
        'first_' ~ period ~ ' cross join data_range',
        ['first_' ~ period ~ '.activity'],
        'first_' ~ period ~ '.period_start',
        waymark.period_start('data_range.last_event_date', period, week_start),
        period,
        'period_start',
    ) }}

)
{%- endmacro %}
