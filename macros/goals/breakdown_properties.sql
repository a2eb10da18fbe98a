{% macro breakdown_properties(config, goal_name) %}
    {#- Properties that must travel with the completions of a goal: the breakdowns of every funnel and
        cohort that it enters. -#}
    {%- set properties = [] -%}
    {%- for funnel in config.funnels.values() if funnel.steps[0].goal.name == goal_name -%}
        {%- do properties.extend(funnel.breakdowns) -%}
    {%- endfor -%}
    {%- for cohort in config.cohorts.values() if cohort.start.name == goal_name -%}
        {%- do properties.extend(cohort.breakdowns) -%}
    {%- endfor -%}
    {{ return(properties | unique(case_sensitive=true) | list) }}
{% endmacro %}
