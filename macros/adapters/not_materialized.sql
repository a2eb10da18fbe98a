{% macro not_materialized(is_dear=false) %}
    {{ return(adapter.dispatch('not_materialized', 'waymark')(is_dear)) }}
{% endmacro %}

{% macro postgres__not_materialized(is_dear) %}{{ return('' if is_dear else 'not materialized ') }}{% endmacro %}

{# Hint after `as` of a CTE: read again for each use, so that each reads only its own rows. DuckDB copies
   every column of a CTE into memory or a file: there even a join is better done again. #}
{% macro default__not_materialized(is_dear) %}{{ return('') }}{% endmacro %}
{% macro duckdb__not_materialized(is_dear) %}{{ return('not materialized ') }}{% endmacro %}
