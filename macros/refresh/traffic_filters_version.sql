{% macro traffic_filters_version() %}
    {#- Before the condition: dbt must meet the seed while parsing. -#}
    {%- set version = waymark.rows_version([waymark.seed_relation('traffic_filters')]) -%}
    {%- if not waymark._can_ask() -%}{{ return('') }}{%- endif -%}
    {{ return(run_query(version).rows[0][0] or '') }}
{% endmacro %}
