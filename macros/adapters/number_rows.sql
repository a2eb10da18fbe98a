{% macro number_rows(relation, columns, first, last, name) %}
    {{ return(adapter.dispatch('number_rows', 'waymark')(relation, columns, first, last, name)) }}
{% endmacro %}

{% macro default__number_rows(relation, columns, first, last, name) -%}
    select
        {%- for column in columns %}
        {{ column }},
        {%- endfor %}
        {{ waymark.number_spine(first, last) }} as {{ name }}
    from {{ relation }}
{%- endmacro %}

{# Here a set of rows can only be joined. #}
{% macro bigquery__number_rows(relation, columns, first, last, name) -%}
    select
        {%- for column in columns %}
        {{ column }},
        {%- endfor %}
        spine_value as {{ name }}
    from {{ relation }}
    cross join unnest(generate_array({{ first }}, {{ last }})) as spine_value
{%- endmacro %}

{% macro snowflake__number_rows(relation, columns, first, last, name) -%}
    select
        {%- for column in columns %}
        {{ column }},
        {%- endfor %}
        cast(spine.value as bigint) as {{ name }}
    from
        {{ relation }},
        lateral flatten(input => array_generate_range({{ first }}, ({{ last }}) + 1)) as spine
{%- endmacro %}
