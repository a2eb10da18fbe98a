{% macro number_spine(relation, columns, first, last, name) %}
    {{ return(adapter.dispatch('number_spine', 'waymark')(relation, columns, first, last, name)) }}
{% endmacro %}

{% macro default__number_spine(relation, columns, first, last, name) -%}
    select
        {%- for column in columns %}
        {{ column }},
        {%- endfor %}
        unnest(generate_series({{ first }}, {{ last }})) as {{ name }}
    from {{ relation }}
{%- endmacro %}

{% macro bigquery__number_spine(relation, columns, first, last, name) -%}
    select
        {%- for column in columns %}
        {{ column }},
        {%- endfor %}
        {{ name }}
    from {{ relation }}
    cross join unnest(generate_array({{ first }}, {{ last }})) as {{ name }}
{%- endmacro %}

{% macro snowflake__number_spine(relation, columns, first, last, name) -%}
    select
        {%- for column in columns %}
        {{ column }},
        {%- endfor %}
        cast(spine.value as bigint) as {{ name }}
    from {{ relation }}
    cross join lateral flatten(input => array_generate_range({{ first }}, ({{ last }}) + 1)) as spine
{%- endmacro %}

{% macro clickhouse__number_spine(first, last) -%}
    arrayJoin(range(assumeNotNull({{ first }}), assumeNotNull({{ last }}) + 1))
{%- endmacro %}
