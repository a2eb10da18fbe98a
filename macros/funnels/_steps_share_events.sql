{% macro _steps_share_events(steps) %}
    {%- for step in steps -%}
        {%- for other in steps[loop.index:] if waymark.goals_may_share_events(step.goal, other.goal) -%}
            {{ return(true) }}
        {%- endfor -%}
    {%- endfor -%}
    {{ return(false) }}
{% endmacro %}
