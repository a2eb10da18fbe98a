{% macro _funnel_firsts(funnel, source) %}
    {#- CTEs first_k, for each step that only takes a unit's first occurrence: when that was, over all
        history. -#}
    {%- for step in funnel.steps if step.occurrence != 'every' %}
    {%- set ever = step.occurrence == 'first_ever' %}
    {%- set unit_key = source.events_unit_key if ever else source.unit_key %}
    first_{{ step.number }} as (

        select
            {{ unit_key }} as unit_key,
            min({{ source.events_order if ever else source.event_order }}) as event_order
        from {{ source.events if ever else source.completions }}
        where {{ source.name_match[step.goal.id] if ever else source.goal_match[step.goal.id] }}
        group by {{ unit_key }}

    ),
    {% endfor %}
{%- endmacro %}
