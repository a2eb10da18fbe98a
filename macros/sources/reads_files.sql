{% macro reads_files() %}
    {{ return(adapter.dispatch('reads_files', 'waymark')()) }}
{% endmacro %}

{# Whether `sources.<name>.files` works here; elsewhere the export is loaded into a table first. #}
{% macro default__reads_files() %}{{ return(false) }}{% endmacro %}
{% macro duckdb__reads_files() %}{{ return(true) }}{% endmacro %}
