{% macro _cohort_returns(name, members, events, cohort, min_occurrences=1, window_seconds=none, same_interval=true) -%}
    {%- set first = 0 if same_interval else 1 -%}
    {%- set last = cohort.cells[-1].last -%}
    {%- set on_or_after = cohort.criterion == 'on_or_after' -%}
    {%- set counted = name ~ '_counted' -%}
    {#- Without a window, `on_or_after` needs only the last return that leaves enough of them. -#}
    {%- set by_last = on_or_after and window_seconds is none -%}
{{ name }}_events as (

    select
        {{ events.unit }} as unit_key,
        {{ events.event_order }} as event_order,
        {{ waymark.period_start(events.local_time, cohort.interval, cohort.week_start) }} as interval_start
    from {{ events.relation }}
    where {{ events.where }}

),

{% if not by_last -%}
    {%- if cohort.rolling or window_seconds is not none -%}
{{ waymark._returns_by_time(
    counted, members, name ~ '_events', cohort, first, none if on_or_after else last, window_seconds
) }},
    {%- else -%}
{{ waymark._returns_by_interval(counted, members, name ~ '_events', cohort, first, last) }},
    {%- endif %}

{% elif same_interval -%}
    {%- if cohort.rolling -%}
{{ waymark._returns_by_time(counted, members, name ~ '_events', cohort, 0, 0) }},
    {%- else -%}
{{ waymark._returns_by_interval(counted, members, name ~ '_events', cohort, 0, 0) }},
    {%- endif %}

{% endif -%}
{% if by_last -%}
    {%- if min_occurrences == 1 -%}
{{ name }}_last as (

    select
        unit_key,
        max(event_order) as event_order,
        max(interval_start) as interval_start
    from {{ name }}_events
    group by unit_key

),

    {%- else -%}
{{ name }}_numbered as (

    select
        *,
        row_number() over (partition by unit_key order by event_order desc) as occurrence
    from {{ name }}_events

),

{{ name }}_last as (

    select *
    from {{ name }}_numbered
    where occurrence = {{ min_occurrences }}

),
    {%- endif %}

{{ name }}_until as (

    select
        members.unit_key,
        members.cohort_start,
        {% if cohort.rolling -%}
        {{ waymark.whole_division(
            waymark.order_to_us('returns.event_order') ~ ' - ' ~ waymark.order_to_us('members.started_order'),
            cohort.interval_seconds * 1000000
        ) }} as interval_number
        {%- else -%}
        {{ waymark.periods_between('members.cohort_start', 'returns.interval_start', cohort.interval) }}
            as interval_number
        {%- endif %}
    from {{ members }} as members
    inner join {{ name }}_last as returns
        on
            members.unit_key = returns.unit_key
            and members.started_order < returns.event_order

),

{% elif on_or_after -%}
{{ name }}_accumulated as (

    select
        *,
        sum(occurrences) over (
            partition by unit_key, cohort_start
            order by interval_number desc
        ) as occurrences_from_here
    from {{ counted }}

),

{{ name }}_until as (

    select
        unit_key,
        cohort_start,
        max(interval_number) as interval_number
    from {{ name }}_accumulated
    where occurrences_from_here >= {{ min_occurrences }}
    group by unit_key, cohort_start

),

{% elif cohort.has_brackets -%}
{{ name }}_brackets as (

    {{ waymark._cohort_cells(cohort) | indent(4) }}

),

{% endif -%}
{{ name }} as (

    {% if on_or_after -%}
    select
        unit_key,
        cohort_start,
        least(interval_number, {{ last }}) as interval_number
    from {{ name }}_until
    where interval_number > 0
    {%- if same_interval %}

    union all

    select
        unit_key,
        cohort_start,
        interval_number
    from {{ counted }}
    where
        interval_number = 0
        and occurrences >= {{ min_occurrences }}
    {%- endif %}
    {%- elif cohort.has_brackets -%}
    select
        counted.unit_key,
        counted.cohort_start,
        brackets.interval_number as interval_number
    from {{ counted }} as counted
    inner join {{ name }}_brackets as brackets
        on counted.interval_number between brackets.interval_number and brackets.interval_end_number
    group by counted.unit_key, counted.cohort_start, brackets.interval_number
    having sum(counted.occurrences) >= {{ min_occurrences }}
    {%- else -%}
    select
        unit_key,
        cohort_start,
        interval_number
    from {{ counted }}
    where occurrences >= {{ min_occurrences }}
    {%- endif %}

)
{%- endmacro %}
