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

{# To Spark `1d` and `1f` are numbers. #}
{% macro spark__try_cast(expression, type) -%}
    {%- if type == 'double' -%}
    try_cast(regexp_replace({{ expression }}, '[0-9.][dDfF]\\s*$', 'x') as double)
    {%- else -%}
    try_cast({{ expression }} as {{ type }})
    {%- endif -%}
{%- endmacro %}
