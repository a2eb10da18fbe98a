{% macro _funnel_chain(funnel, first=1) %}
    {#- From the last step back: each completion learns the earliest chain of steps that can follow it.
        One as-of join a step, every attempt, all step times. -#}
    {%- set keys = waymark._funnel_keys(funnel) -%}
    {%- set strict_order = funnel.order == 'strict' -%}
    {%- set not_before = '<' if funnel.ties == 'strict' else '<=' -%}
    {%- for step in funnel.required | reverse if step.number >= first -%}
    {%- set next = funnel.steps[step.after - 1] if step.after else none -%}
    {%- set delayed = next and next.min_gap_seconds -%}
    {%- set here = 'delayed_' ~ step.number if delayed else 'step_' ~ step.number -%}
    {%- set then = 'chain_' ~ next.number if next else none -%}
    {%- set fits = [] -%}
    {%- if next and next.max_gap_seconds -%}
        {%- do fits.append(
            waymark.order_to_us(then ~ '.event_order') ~ ' - ' ~ waymark.order_to_us(here ~ '.event_order')
            ~ ' <= ' ~ next.max_gap_seconds * 1000000
        ) -%}
    {%- endif -%}
    {%- if next and strict_order -%}
        {%- do fits.append(
            'coalesce(breaks_' ~ step.number ~ '.event_order >= ' ~ then ~ '.event_order, true)'
        ) -%}
    {%- endif %}
    {%- if delayed %}
    {{ here }} as (

        select
            *,
            {{ waymark.order_after('event_order', next.min_gap_seconds) }} as from_order
        from step_{{ step.number }}

    ),
    {%- endif %}

    chain_{{ step.number }} as (

        select
            {% for key in keys -%}
            {{ here }}.{{ key }} as {{ key }},
            {% endfor -%}
            {{ here }}.event_order as event_order,
            {{ here }}.event_order as step_{{ step.number }}_order
            {%- for later in funnel.required if later.number > step.number %},
            {% set column = then ~ '.step_' ~ later.number ~ '_order' -%}
            {{ 'case when ' ~ (fits | join(' and ')) ~ ' then ' ~ column ~ ' end' if fits else column }}
            {{- ' as step_' ~ later.number ~ '_order' }}
            {%- endfor %}
        from {{ here }}
        {%- if delayed %}
        {{ waymark.asof_join(here, then, keys, 'from_order', 'event_order') }}
        {%- elif next %}
        {{ waymark.asof_join(here, then, keys, 'event_order', 'event_order', not_before) }}
        {%- endif %}
        {%- if next and strict_order %}
        {{ waymark.asof_join(here, 'breaks_' ~ step.number, ['unit_key'], 'event_order', 'event_order', '<') }}
        {%- endif %}

    ),
    {% endfor %}

    chain as (

        select * from chain_{{ first }}

    ),
{%- endmacro %}
