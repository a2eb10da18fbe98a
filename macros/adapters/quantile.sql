{% macro quantile(expression, fraction) %}
    {{ return(adapter.dispatch('quantile', 'waymark')(expression, fraction)) }}
{% endmacro %}

{% macro default__quantile(expression, fraction) -%}
    percentile_cont({{ fraction }}) within group (order by {{ expression }})
{%- endmacro %}

{% macro clickhouse__quantile(expression, fraction) -%}
    quantileExactInclusive({{ fraction }})({{ expression }})
{%- endmacro %}

{# percentile_cont() is a window function only: the same interpolation between the two values around. #}
{% macro bigquery__quantile(expression, fraction) -%}
    {%- set place = '(' ~ fraction ~ ' * (count(' ~ expression ~ ') - 1))' -%}
    {%- set sorted = 'array_agg(' ~ expression ~ ' ignore nulls order by ' ~ expression ~ ')' -%}
    {%- set below = sorted ~ '[safe_offset(cast(floor(' ~ place ~ ') as int64))]' -%}
    {%- set above = sorted ~ '[safe_offset(cast(ceil(' ~ place ~ ') as int64))]' -%}
    ({{ below }} + ({{ above }} - {{ below }}) * ({{ place }} - floor({{ place }})))
{%- endmacro %}
