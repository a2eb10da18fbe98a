{% macro _cohort_members(name, starts, cohort, breakdown_values=[]) -%}
    {#- A unit starts at its earliest row of `starts`; recurring: at the earliest of each interval. -#}
    {%- set recurring = cohort.first == 'recurring' -%}
    {%- set interval_start = waymark.period_start(
        starts.local_time if recurring else 'min(' ~ starts.local_time ~ ')', cohort.interval, cohort.week_start
    ) -%}
{{ name }}{{ '_firsts' if breakdown_values }} as (

    select
        {{ starts.unit }} as unit_key,
        {{ interval_start }} as cohort_start,
        min({{ starts.event_order }}) as started_order
    from {{ starts.relation }}
    where {{ starts.where }}
    group by {{ '1, 2' if recurring else '1' }}

)
{%- if breakdown_values %},

{{ name }}_starts as (

    select
        {{ starts.unit }} as unit_key,
        {{ starts.event_order }} as event_order,
        event_id,
        {%- for value in breakdown_values %}
        {{ value }} as breakdown_{{ loop.index }}{{ ',' if not loop.last }}
        {%- endfor %}
    from {{ starts.relation }}
    where {{ starts.where }}

),

-- what the start event says; of tied ones the smallest id
{{ name }} as (

    select
        firsts.unit_key,
        firsts.cohort_start,
        firsts.started_order,
        {%- for _ in breakdown_values %}
        {{ waymark.min_by('starts.breakdown_' ~ loop.index, ['starts.event_id']) }}
            as breakdown_{{ loop.index }}{{ ',' if not loop.last }}
        {%- endfor %}
    from {{ name }}_firsts as firsts
    inner join {{ name }}_starts as starts
        on
            firsts.unit_key = starts.unit_key
            and firsts.started_order = starts.event_order
    group by firsts.unit_key, firsts.cohort_start, firsts.started_order

)
{%- endif %}
{%- endmacro %}
