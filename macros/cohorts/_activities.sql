{% macro _activities(config) %}
    {#- Any event, and every goal that somebody comes back for; a goal of the name any_event wins. -#}
    {%- set activities = {'any_event': none} -%}
    {%- for cohort in config.cohorts.values() if cohort['return'] -%}
        {%- do activities.update({cohort['return'].name: cohort['return']}) -%}
    {%- endfor -%}
    {{ return(activities) }}
{% endmacro %}
