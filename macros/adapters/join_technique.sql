{% macro join_technique() %}
    {%- set technique = waymark.get_config('join_technique') -%}
    {{ return(technique or adapter.dispatch('join_technique', 'waymark')()) }}
{% endmacro %}

{% macro default__join_technique() %}{{ return('window') }}{% endmacro %}
{% macro duckdb__join_technique() %}{{ return('asof') }}{% endmacro %}
{% macro snowflake__join_technique() %}{{ return('asof') }}{% endmacro %}
{% macro clickhouse__join_technique() %}{{ return('asof') }}{% endmacro %}
{% macro spark__join_technique() %}{{ return('struct') }}{% endmacro %}
{% macro bigquery__join_technique() %}{{ return('struct') }}{% endmacro %}
