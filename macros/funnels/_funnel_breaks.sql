{% macro _funnel_breaks(funnel, source) %}
    {#- CTEs breaks_k, one a required step that another one follows: the moments at which a unit had an event that ends
        an attempt which stands on that step, because it is neither a repeat of the step nor one of the
        optional steps that may follow it. -#}
    unit_events as (

        select
            {{ source.events_unit_key }} as unit_key,
            {{ source.events_order }} as event_order,
            count(*) as events
        from {{ source.events }}
        where {{ source.events_unit_key }} in (select step_1.unit_key from step_1)
        group by 1, 2

    ),

    {% for step in funnel.required if step.number < funnel.steps | length -%}
    {%- set matches = [] -%}
    {%- for other in funnel.steps[step.number - 1:(step.after or 21) - 1] -%}
        {%- do matches.append(source.goal_match[other.goal.id]) -%}
    {%- endfor -%}
    {%- set counted = 'distinct ' ~ source.row_id if matches | length > 1 and source.row_id else '*' -%}
    breaks_{{ step.number }} as (

        select
            unit_events.unit_key,
            unit_events.event_order
        from unit_events
        left join (
            select
                {{ source.unit_key }} as unit_key,
                {{ source.event_order }} as event_order,
                count({{ counted }}) as events
            from {{ source.completions }}
            where {{ matches | join(' or ') }}
            group by 1, 2
        ) as allowed
            on
                unit_events.unit_key = allowed.unit_key
                and unit_events.event_order = allowed.event_order
        where unit_events.events > coalesce(allowed.events, 0)

    ),

    {% endfor -%}
{%- endmacro %}
