{% macro _funnel_step_rows(step, source) -%}
    {#- From and where of the completions that may serve a step. -#}
    {{ source.completions }}
        {%- if step.occurrence != 'every' %}
        inner join first_{{ step.number }}
            on
                {{ source.unit_key }} = first_{{ step.number }}.unit_key
                and {{ source.event_order }} = first_{{ step.number }}.event_order
        {%- endif %}
        where
            {{ source.goal_match[step.goal.id] }}
            and {{ source.unit_key }} is not null
            {%- if source.held_value %}
            and {{ source.held_value }} is not null
            {%- endif %}
{%- endmacro %}
