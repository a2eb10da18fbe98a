{% macro reads_nested() %}
    {{ return(adapter.dispatch('reads_nested', 'waymark')()) }}
{% endmacro %}

{# Whether `sources.ga4` works here: the export is made of records and lists of records. #}
{% macro default__reads_nested() %}{{ return(false) }}{% endmacro %}
{% macro duckdb__reads_nested() %}{{ return(true) }}{% endmacro %}
{% macro bigquery__reads_nested() %}{{ return(true) }}{% endmacro %}
