{% macro materialized() %}
    {{ return(adapter.dispatch('materialized', 'waymark')()) }}
{% endmacro %}

{# Hint after `as` of a CTE that others read several times: computed once. Most databases do by themselves. #}
{% macro default__materialized() %}{{ return('') }}{% endmacro %}
{% macro clickhouse__materialized() %}{{ return('materialized ') }}{% endmacro %}
