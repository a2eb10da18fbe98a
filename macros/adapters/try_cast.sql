{% macro try_cast(expression, type) %}
    {{ return(adapter.dispatch('try_cast', 'waymark')(expression, type)) }}
{% endmacro %}

{# Only a text that is a number within the range of the type is cast at all. #}
{% macro postgres__try_cast(expression, type) -%}
    {%- set number = 'cast(attempt.value as numeric)' -%}
    {%- set digits = modules.re.findall('[0-9]+', type) | map('int') | list -%}
    cast((
        select
            {% if type == 'bigint' -%}
            case when {{ number }} between -9223372036854775808 and 9223372036854775807 then round({{ number }}) end
            {%- elif digits -%}
            case when abs(round({{ number }}, {{ digits[1] }})) < 1e{{ digits[0] - digits[1] }} then {{ number }} end
            {%- else -%}
            case when abs({{ number }}) < 1e-300 then 0 when abs({{ number }}) < 1.7e308 then {{ number }} end
            {%- endif %}
        from (select cast({{ expression }} as text) as value offset 0) as attempt
        where attempt.value ~ '^\s*[+-]?([0-9]+[.]?[0-9]*|[.][0-9]+)([eE][+-]?[0-9]{1,3})?\s*$'
    ) as {{ waymark.sql_type(type) }})
{%- endmacro %}

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

{% macro bigquery__try_cast(expression, type) -%}
    {%- set scale = modules.re.match('decimal[(][0-9]+, *([0-9]+)[)]', type) -%}
    {%- if scale -%}
        round(safe_cast({{ expression }} as numeric), {{ scale.group(1) }})
    {%- else -%}
        safe_cast({{ expression }} as {{ waymark.sql_type(type) }})
    {%- endif -%}
{%- endmacro %}

{# Only a text can be tried there. #}
{% macro snowflake__try_cast(expression, type) -%}
    try_cast(cast({{ expression }} as varchar) as {{ type }})
{%- endmacro %}
