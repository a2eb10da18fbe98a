{% macro goal_condition_sql(events, goal) %}
    {#- The whole match of one goal: one branch must hold, with all of its conditions. -#}
    {%- set alternatives = [] -%}
    {%- for branch in goal.branches -%}
        {%- set parts = [] -%}
        {%- if branch.events and goal.branches | length > 1 -%}
            {%- set names = [] -%}
            {%- for name in branch.events -%}{%- do names.append(waymark.text_literal(name)) -%}{%- endfor -%}
            {%- do parts.append(events ~ '.event_name in (' ~ (names | join(', ')) ~ ')') -%}
        {%- endif -%}
        {%- for condition in branch.conditions -%}
            {%- do parts.append(waymark.condition_sql(events, condition)) -%}
        {%- endfor -%}
        {%- do alternatives.append('(' ~ (parts | join(' and ')) ~ ')' if parts else 'true') -%}
    {%- endfor -%}
    {{ return(alternatives | join(' or ')) }}
{% endmacro %}
