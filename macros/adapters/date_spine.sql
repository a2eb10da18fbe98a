{% macro date_spine(first, last, period) %}
    {{ return(adapter.dispatch('date_spine', 'waymark')(first, last, period)) }}
{% endmacro %}

{% macro postgres__date_spine(first, last, period) -%}
    cast(generate_series(
        cast({{ first }} as timestamp), cast({{ last }} as timestamp), interval '1 {{ period }}'
    ) as date)
{%- endmacro %}

{# A set of dates for a select list: from first to last, both included; none when either is null. #}
{% macro default__date_spine(first, last, period) -%}
    cast(unnest(generate_series(
        cast({{ first }} as timestamp), cast({{ last }} as timestamp), interval 1 {{ period }}
    )) as date)
{%- endmacro %}

{% macro clickhouse__date_spine(first, last, period) -%}
    arrayJoin(arrayMap(
        number -> {{ waymark.add_periods('assumeNotNull(' ~ first ~ ')', 'number', period) }},
        range(ifNull({{ waymark.periods_between(first, last, period) }} + 1, 0))
    ))
{%- endmacro %}

{% macro spark__date_spine(first, last, period) -%}
    explode(case when {{ first }} <= {{ last }} then sequence({{ first }}, {{ last }}, interval 1 {{ period }}) end)
{%- endmacro %}
