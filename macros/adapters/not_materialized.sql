{% macro not_materialized() %}
    {{ return(adapter.dispatch('not_materialized', 'waymark')()) }}
{% endmacro %}

{% macro postgres__not_materialized() %}{{ return('not materialized ') }}{% endmacro %}

{# Hint after `as` of a CTE: read again for each use, so that each reads only its own rows. #}
{% macro default__not_materialized() %}{{ return('') }}{% endmacro %}
{% macro duckdb__not_materialized() %}{{ return('not materialized ') }}{% endmacro %}
