{% macro _funnel_chain(completions, goals, ties, entry_filter) %}
    {#- From the last step back: each completion learns the earliest chain of steps that can follow it.
        One as-of join a step, every attempt, all step times. -#}
    {%- set count = goals | length -%}
    {%- for goal in goals | reverse -%}
    {%- set step = loop.revindex %}
    completions_{{ step }} as (

        select distinct
            visitor_key,
            event_order
        from {{ completions }}
        where
            goal_id = {{ goal.id }}
            and visitor_key is not null
            {%- if step == 1 %}
            and {{ entry_filter }}
            {%- endif %}

    ),

    chain_{{ step }} as (

        select
            completions_{{ step }}.visitor_key,
            completions_{{ step }}.event_order,
            completions_{{ step }}.event_order as step_{{ step }}_order
            {%- for later in range(step + 1, count + 1) %},
            chain_{{ step + 1 }}.step_{{ later }}_order
            {%- endfor %}
        from completions_{{ step }}
        {% if step < count -%}
        {{ waymark.asof_later(
            'completions_' ~ step, 'chain_' ~ (step + 1), ['visitor_key'], 'event_order', 'event_order',
            ties == 'strict'
        ) }}
        {%- endif %}

    ),

    {% endfor -%}
    chain as (

        select * from chain_1

    )
{%- endmacro %}
