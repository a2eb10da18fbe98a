{% macro date_spine(relation, columns, first, last, period, name) %}
    {{ return(adapter.dispatch('date_spine', 'waymark')(relation, columns, first, last, period, name)) }}
{% endmacro %}

{% macro default__date_spine(relation, columns, first, last, period, name) -%}
    select
        {%- for column in columns %}
        {{ column }},
        {%- endfor %}
        cast(unnest(generate_series(
            cast({{ first }} as timestamp), cast({{ last }} as timestamp), interval 1 {{ period }}
        )) as date) as {{ name }}
    from {{ relation }}
{%- endmacro %}

{% macro bigquery__date_spine(relation, columns, first, last, period, name) -%}
    select
        {%- for column in columns %}
        {{ column }},
        {%- endfor %}
        {{ name }}
    from {{ relation }}
    cross join unnest(generate_date_array({{ first }}, {{ last }}, interval 1 {{ period }})) as {{ name }}
{%- endmacro %}

{% macro snowflake__date_spine(relation, columns, first, last, period, name) -%}
    select
        {%- for column in columns %}
        {{ column }},
        {%- endfor %}
        dateadd({{ period }}, spine.value, {{ first }}) as {{ name }}
    from {{ relation }}
    cross join lateral flatten(
        input => array_generate_range(0, datediff({{ period }}, {{ first }}, {{ last }}) + 1)
    ) as spine
    where dateadd({{ period }}, spine.value, {{ first }}) <= {{ last }}
{%- endmacro %}

{% macro clickhouse__date_spine(first, last, period) -%}
    arrayJoin(arrayMap(
        number -> {{ waymark.add_periods('assumeNotNull(' ~ first ~ ')', 'number', period) }},
        range(ifNull({{ waymark.periods_between(first, last, period) }} + 1, 0))
    ))
{%- endmacro %}
