{% macro goal_event_names(goal) %}
    {%- set names = [] -%}
    {%- for branch in goal.branches -%}
        {%- if not branch.events -%}
            {{ return([]) }}
        {%- endif -%}
        {%- do names.extend(branch.events) -%}
    {%- endfor -%}
    {{ return(names | unique(case_sensitive=true) | list) }}
{% endmacro %}
