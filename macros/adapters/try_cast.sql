{% macro try_cast(expression, type) %}
    {{ return(adapter.dispatch('try_cast', 'waymark')(expression, type)) }}
{% endmacro %}

{# `dbt.safe_cast` is a plain cast on DuckDB. #}
{% macro default__try_cast(expression, type) -%}
    try_cast({{ expression }} as {{ type }})
{%- endmacro %}

{% macro clickhouse__try_cast(expression, type) -%}
    accurateCastOrNull({{ expression }}, '{{ type }}')
{%- endmacro %}
