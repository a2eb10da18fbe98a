{% macro _funnel_open(funnel, source, entry_filter, timezone, by_day) %}
    {#- Each step by itself: its first completion (of the day); a goal that comes again in the steps asks
        for as many completions. -#}
    {%- set asked = {} -%}
    with

    {{ waymark._funnel_firsts(funnel, source) }}

    reached as (

        {% for step in funnel.steps -%}
        {%- do asked.update({step.goal.id: asked.get(step.goal.id, 0) + 1}) -%}
        select
            {{ step.number }} as step_number,
            unit_key,
            {%- if by_day %}
            {{ waymark.order_to_local_date('event_order', timezone) }} as entry_date,
            {%- endif %}
            min(event_order) as step_order
        from (
            select
                {{ source.unit_key }} as unit_key,
                {{ source.event_order }} as event_order
                {%- if asked[step.goal.id] > 1 %},
                row_number() over (
                    partition by {{ source.unit_key }} order by {{ source.event_order }}
                ) as occurrence
                {%- endif %}
            from {{ waymark._funnel_step_rows(step, source) }}
            and {{ entry_filter }}
        ) as completed
        {%- if asked[step.goal.id] > 1 %}
        where occurrence >= {{ asked[step.goal.id] }}
        {%- endif %}
        group by unit_key{{ ', entry_date' if by_day }}
        {{ 'union all' if not loop.last }}
        {% endfor %}
    ),

    {#- Of a day and of all time: who a unit is does not change by the day. -#}
    {% for name, day in ([('days', ['entry_date']), ('results', [])] if by_day else [('results', [])]) -%}
    {{ name }} as (

        select
            *,
            1 as pass_number,
            coalesce(
                {%- for step in funnel.steps | reverse -%}
                step_{{ step.number }}_order{{ ', ' if not loop.last }}
                {%- endfor -%}
            ) as deepest_order,
            false as is_excluded,
            step_{{ funnel.steps | length }}_order is not null as is_completed
        from (
            select
                {{ (['unit_key'] + day) | join(', ') }},
                max(step_number) as depth,
                min(step_order) as entered_order
                {%- for step in funnel.steps %},
                min(case when step_number = {{ step.number }} then step_order end) as step_{{ step.number }}_order
                {%- endfor %}
            from reached
            group by {{ (['unit_key'] + day) | join(', ') }}
        ) as pivoted

    ){{ ',' if not loop.last }}

    {% endfor -%}
{%- endmacro %}
