{% macro _funnel_steps(funnel, source, entry_filter) %}
    {#- CTEs step_1 to step_n: the moments at which each unit (and held value) completed the step. -#}
    {%- for step in funnel.steps %}
    step_{{ step.number }} as (

        select
            {{ waymark._funnel_moment(source) }}
        from {{ waymark._funnel_step_rows(step, source) }}
            {%- if step.number == 1 and entry_filter != 'true' %}
            and {{ entry_filter }}
            {%- endif %}

    ),
    {% endfor %}
{%- endmacro %}
