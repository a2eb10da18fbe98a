{% macro goal_hash(config, goal) %}
    {#- Of all that its completions are made from: its definition, what travels with them, and the goal
        that it must follow. -#}
    {%- set parts = [
        goal.id, goal.branches, goal.counting, goal.min_occurrences, goal.within_seconds, goal.after,
        goal.value_property, waymark.completion_dimensions(config, goal, 'events'),
    ] -%}
    {%- if goal.after.goal -%}
        {%- do parts.append(waymark.goal_hash(config, config.goals[goal.after.goal])) -%}
    {%- endif -%}
    {{ return(local_md5(parts | tojson)) }}
{% endmacro %}
