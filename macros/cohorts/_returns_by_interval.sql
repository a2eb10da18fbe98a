{% macro _returns_by_interval(name, members, events, cohort, first, last) -%}
    {#- Calendar intervals. Each is counted once a unit, however many events it has; only in the one of
        the start it matters which of them are later. -#}
    {%- set number = waymark.periods_between('members.cohort_start', 'intervals.interval_start', cohort.interval) -%}
{% if last > 0 -%}
{{ name }}_intervals as (

    select
        unit_key,
        interval_start,
        max(event_order) as last_order,
        count(*) as occurrences
    from {{ events }}
    group by unit_key, interval_start

),

{% endif -%}
{{ name }} as (

    {% if first == 0 -%}
    select
        members.unit_key,
        members.cohort_start,
        0 as interval_number,
        count(*) as occurrences
    from {{ members }} as members
    inner join {{ events }} as events
        on
            members.unit_key = events.unit_key
            and members.cohort_start = events.interval_start
            and members.started_order < events.event_order
    group by members.unit_key, members.cohort_start
    {{- '\n\n    union all\n' if last > 0 }}

    {% endif -%}
    {% if last > 0 -%}
    select
        members.unit_key,
        members.cohort_start,
        {{ number }} as interval_number,
        intervals.occurrences
    from {{ members }} as members
    inner join {{ name }}_intervals as intervals
        on
            members.unit_key = intervals.unit_key
            and members.cohort_start < intervals.interval_start
            and members.started_order < intervals.last_order
    where {{ number }} <= {{ last }}
    {%- endif %}

)
{%- endmacro %}
