{% macro _typed(value, type) %}
    {{ return(adapter.dispatch('_typed', 'waymark')(value, type)) }}
{% endmacro %}

{% macro default___typed(value, type) %}{{ return(value) }}{% endmacro %}

{# What came out of an array has lost its type. #}
{% macro snowflake___typed(value, type) -%}
    cast({{ value }} as {{ waymark.sql_type(type) }})
{%- endmacro %}
