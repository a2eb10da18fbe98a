{% macro _returns_by_time(name, members, events, cohort, first, last, window_seconds=none) -%}
    {#- Returns and starts meet in stretches of time as long as the reach of a start, so that a unit
        with many starts and many events does not meet all of them with all. -#}
    {%- set interval_us = cohort.interval_seconds * 1000000 -%}
    {%- set ends = [] -%}
    {%- if window_seconds is not none -%}{%- do ends.append(window_seconds * 1000000) -%}{%- endif -%}
    {%- if cohort.rolling and last is not none -%}{%- do ends.append((last + 1) * interval_us) -%}{%- endif -%}
    {%- set reach_us = ends | min -%}
    {%- set elapsed = waymark.order_to_us('events.event_order') ~ ' - ' ~ waymark.order_to_us('reaches.started_order') -%}
    {%- if cohort.rolling -%}
        {%- set number = waymark.whole_division(elapsed, interval_us) -%}
    {%- else -%}
        {%- set number = waymark.periods_between('reaches.cohort_start', 'events.interval_start', cohort.interval) -%}
    {%- endif -%}
    {%- set stretch = waymark.whole_division(waymark.order_to_us('started_order'), reach_us) -%}
{{ name }}_reaches as (

    {{ waymark.number_rows(
        members, ['unit_key', 'cohort_start', 'started_order'], stretch, stretch ~ ' + 1', 'stretch'
    ) }}

),

{{ name }} as (

    select
        reaches.unit_key,
        reaches.cohort_start,
        {{ number }} as interval_number,
        count(*) as occurrences
    from {{ name }}_reaches as reaches
    inner join {{ events }} as events
        on
            reaches.unit_key = events.unit_key
            and reaches.stretch = {{ waymark.whole_division(waymark.order_to_us('events.event_order'), reach_us) }}
    where
        events.event_order > reaches.started_order
        and {{ elapsed }} <= {{ reach_us }}
        and {{ number }} {{ '>= ' ~ first if last is none else 'between ' ~ first ~ ' and ' ~ last }}
    group by 1, 2, 3

)
{%- endmacro %}
