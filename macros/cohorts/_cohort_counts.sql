{% macro _cohort_counts(name, members, returned, cohort, active=none) -%}
    {#- Units per cohort and breakdown value, and those who returned (and were active) per interval. Units
        have one value each, so what falls into `(other)` can be added up afterwards. -#}
    {%- set breakdowns = cohort.breakdowns or [] -%}
    {%- set all = name ~ ('_all' if breakdowns else '') -%}
    {%- set counted = name ~ ('_joint' if breakdowns else '_hits') -%}
{{ name }}_hits as (

    select
        unit_key,
        cohort_start,
        interval_number,
        1 as returned,
        0 as active
    from {{ returned }}
    {%- if active is not none %}

    union all

    select
        unit_key,
        cohort_start,
        interval_number,
        0 as returned,
        1 as active
    from {{ active }}
    {%- endif %}

),

{% if breakdowns -%}
-- by all breakdowns at once: what the parts are then added up from is small
{{ name }}_joint as (

    select
        hits.cohort_start,
        hits.interval_number,
        {%- for _ in breakdowns %}
        members.breakdown_{{ loop.index }},
        {%- endfor %}
        sum(hits.returned) as returned,
        sum(hits.active) as active
    from {{ name }}_hits as hits
    inner join {{ members }} as members
        on
            hits.unit_key = members.unit_key
            and hits.cohort_start = members.cohort_start
    group by
        hits.cohort_start,
        hits.interval_number
        {%- for _ in breakdowns -%}
        ,
        members.breakdown_{{ loop.index }}
        {%- endfor %}

),

{% endif -%}
{{ all }}_sizes as (

    select
        cohort_start,
        'all' as breakdown_name,
        'all' as breakdown_value,
        count(*) as cohort_size,
        max(started_order) as last_started_order
    from {{ members }}
    group by cohort_start
    {%- for breakdown in breakdowns %}

    union all

    select
        cohort_start,
        {{ waymark.text_literal(breakdown.name) }} as breakdown_name,
        breakdown_{{ loop.index }} as breakdown_value,
        count(*) as cohort_size,
        max(started_order) as last_started_order
    from {{ members }}
    group by cohort_start, breakdown_{{ loop.index }}
    {%- endfor %}

),

{{ all }}_counts as (

    select
        cohort_start,
        'all' as breakdown_name,
        'all' as breakdown_value,
        interval_number,
        sum(returned) as units_returned,
        sum(active) as units_active
    from {{ counted }}
    group by cohort_start, interval_number
    {%- for breakdown in breakdowns %}

    union all

    select
        cohort_start,
        {{ waymark.text_literal(breakdown.name) }} as breakdown_name,
        breakdown_{{ loop.index }} as breakdown_value,
        interval_number,
        sum(returned) as units_returned,
        sum(active) as units_active
    from {{ counted }}
    group by cohort_start, breakdown_{{ loop.index }}, interval_number
    {%- endfor %}

)
{%- if breakdowns %},

{{ name }}_ranked as (

    select
        breakdown_name,
        breakdown_value,
        row_number() over (
            partition by breakdown_name
            order by sum(cohort_size) desc, breakdown_value
        ) as position
    from {{ all }}_sizes
    group by breakdown_name, breakdown_value

),

{{ name }}_labels as (

    select
        breakdown_name,
        breakdown_value,
        case when position <= {{ breakdowns[0].limit }} then breakdown_value else '(other)' end as label
    from {{ name }}_ranked

),

{{ name }}_sizes as (

    select
        sizes.cohort_start,
        sizes.breakdown_name,
        labels.label as breakdown_value,
        sum(sizes.cohort_size) as cohort_size,
        max(sizes.last_started_order) as last_started_order
    from {{ all }}_sizes as sizes
    inner join {{ name }}_labels as labels
        on
            sizes.breakdown_name = labels.breakdown_name
            and sizes.breakdown_value = labels.breakdown_value
    group by sizes.cohort_start, sizes.breakdown_name, labels.label

),

{{ name }}_counts as (

    select
        counts.cohort_start,
        counts.breakdown_name,
        labels.label as breakdown_value,
        counts.interval_number,
        sum(counts.units_returned) as units_returned,
        sum(counts.units_active) as units_active
    from {{ all }}_counts as counts
    inner join {{ name }}_labels as labels
        on
            counts.breakdown_name = labels.breakdown_name
            and counts.breakdown_value = labels.breakdown_value
    group by counts.cohort_start, counts.breakdown_name, labels.label, counts.interval_number

)
{%- endif %}
{%- endmacro %}
