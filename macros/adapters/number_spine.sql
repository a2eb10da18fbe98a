{% macro number_spine(first, last) %}
    {{ return(adapter.dispatch('number_spine', 'waymark')(first, last)) }}
{% endmacro %}

{% macro postgres__number_spine(first, last) -%}
    generate_series({{ first }}, {{ last }})
{%- endmacro %}

{# A set of whole numbers for a select list, both ends included. #}
{% macro default__number_spine(first, last) -%}
    unnest(generate_series({{ first }}, {{ last }}))
{%- endmacro %}

{% macro clickhouse__number_spine(first, last) -%}
    arrayJoin(range(assumeNotNull({{ first }}), assumeNotNull({{ last }}) + 1))
{%- endmacro %}

{% macro spark__number_spine(first, last) -%}
    explode(sequence({{ first }}, {{ last }}))
{%- endmacro %}
