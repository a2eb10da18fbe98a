{% macro _funnel_fits(steps) %}
    {%- set fits = {} -%}
    {%- for step in steps -%}
        {%- set id = step.goal.id ~ ('' if step.occurrence == 'every' else '_' ~ step.occurrence) -%}
        {%- do fits.setdefault(id, {'id': id, 'step': step, 'goal': step.goal, 'numbers': []}).numbers.append(
            step.number
        ) -%}
    {%- endfor -%}
    {{ return(fits.values() | list) }}
{% endmacro %}
