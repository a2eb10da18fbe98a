{% macro definitions_plan() %}
    {%- set plan = waymark.refresh_plan() -%}
    {%- do plan.update({'is_partial': false, 'is_configured': true}) -%}
    {{ return(plan) }}
{% endmacro %}
