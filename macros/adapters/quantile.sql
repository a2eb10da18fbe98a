{% macro quantile(expression, fraction) %}
    {{ return(adapter.dispatch('quantile', 'waymark')(expression, fraction)) }}
{% endmacro %}

{% macro default__quantile(expression, fraction) -%}
    percentile_cont({{ fraction }}) within group (order by {{ expression }})
{%- endmacro %}

{% macro clickhouse__quantile(expression, fraction) -%}
    quantileExactInclusive({{ fraction }})({{ expression }})
{%- endmacro %}
