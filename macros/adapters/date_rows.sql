{% macro date_rows(relation, columns, first, last, period, name) %}
    {{ return(adapter.dispatch('date_rows', 'waymark')(relation, columns, first, last, period, name)) }}
{% endmacro %}

{% macro default__date_rows(relation, columns, first, last, period, name) -%}
    select
        {%- for column in columns %}
        {{ column }},
        {%- endfor %}
        {{ waymark.date_spine(first, last, period) }} as {{ name }}
    from {{ relation }}
{%- endmacro %}

{# Here a set of rows can only be joined. #}
{% macro bigquery__date_rows(relation, columns, first, last, period, name) -%}
    select
        {%- for column in columns %}
        {{ column }},
        {%- endfor %}
        spine_value as {{ name }}
    from {{ relation }}
    cross join unnest(generate_date_array({{ first }}, {{ last }}, interval 1 {{ period }})) as spine_value
{%- endmacro %}

{% macro snowflake__date_rows(relation, columns, first, last, period, name) -%}
    select
        {%- for column in columns %}
        {{ column }},
        {%- endfor %}
        dateadd('{{ period }}', spine.value, {{ first }}) as {{ name }}
    from
        {{ relation }},
        lateral flatten(
            input => array_generate_range(0, datediff('{{ period }}', {{ first }}, {{ last }}) + 1)
        ) as spine
{%- endmacro %}
