{% macro _funnel_passes(funnel) %}
    {#- Totals: the passes of a unit follow one another, and where one ends decides where the next begins.
        Every attempt learns where a pass that began with it would end (`end_order`) and which attempt
        would begin the next pass. Which attempts do begin one is then found by following these
        pointers from the first attempt, twice as far in each round. Attempts that begin after every
        earlier pass would have ended need no following: nearly all. -#}
    {%- set keys = waymark._funnel_keys(funnel) -%}
    {%- set window_us = funnel.window_seconds * 1000000 -%}
    {%- set rounds = 20 %}
    {%- set columns = ['depth', 'deepest_order', 'completed_order', 'is_excluded'] -%}
    {%- for step in funnel.steps -%}{%- do columns.append('step_' ~ step.number ~ '_order') -%}{%- endfor %}
    clean as (

        select
            *,
            {{ waymark.order_to_us('step_1_order') }} as entered_us
        from attempts
        where not is_excluded

    ),

    completions_ahead as (

        select
            *,
            min(completed_order) over (
                partition by {{ keys | join(', ') }}, entered_us
                order by step_1_order
                rows between current row and unbounded following
            ) as tied_order,
            min(completed_order) over (
                partition by {{ keys | join(', ') }}
                order by entered_us
                range between 1 following and {{ window_us }} following
            ) as later_order
        from clean

    ),

    ended as (

        select
            *,
            case
                when tied_order < later_order then tied_order
                else coalesce(later_order, tied_order, (entered_us + {{ window_us }}) * 1000 + 999)
            end as end_order
        from completions_ahead

    ),

    opened as (

        select
            *,
            coalesce(step_1_order > max(end_order) over (
                partition by {{ keys | join(', ') }}
                order by step_1_order
                range between unbounded preceding and 1 preceding
            ), true) as is_open
        from ended

    ),

    later_attempts as (

        select distinct
            {{ keys | join(', ') }},
            step_1_order,
            is_open
        from opened

    ),

    jump_0 as (

        select distinct
            {% for key in keys -%}
            opened.{{ key }},
            {% endfor -%}
            opened.step_1_order,
            later_attempts.step_1_order as next_order
        from opened
        {{ waymark.asof_join('opened', 'later_attempts', keys, 'end_order', 'step_1_order', '<') }}
        where not later_attempts.is_open

    ),

    begun_0 as (

        select distinct
            {{ keys | join(', ') }},
            step_1_order
        from opened
        where is_open

    ),

    {% for round in range(1, rounds + 1) -%}
    {%- set begun = 'begun_' ~ (round - 1) -%}
    {%- set jump = 'jump_' ~ (round - 1) %}
    begun_{{ round }} as (

        select * from {{ begun }}
        union distinct
        select
            {% for key in keys -%}
            {{ jump }}.{{ key }},
            {% endfor -%}
            {{ jump }}.next_order
        from {{ jump }}
        inner join {{ begun }}
            on
                {% for key in keys -%}
                {{ jump }}.{{ key }} = {{ begun }}.{{ key }}
                and {% endfor -%}
                {{ jump }}.step_1_order = {{ begun }}.step_1_order

    ),

    jump_{{ round }} as (

        select
            {% for key in keys -%}
            {{ jump }}.{{ key }},
            {% endfor -%}
            {{ jump }}.step_1_order,
            further.next_order
        from {{ jump }}
        inner join {{ jump }} as further
            on
                {% for key in keys -%}
                {{ jump }}.{{ key }} = further.{{ key }}
                and {% endfor -%}
                {{ jump }}.next_order = further.step_1_order

    ),

    {% endfor -%}
    assigned as (

        select
            ended.*,
            max(begun.step_1_order) over (
                partition by ended.{{ keys | join(', ended.') }}
                order by ended.step_1_order
            ) as pass_order
        from ended
        left join begun_{{ rounds }} as begun
            on
                {% for key in keys -%}
                ended.{{ key }} = begun.{{ key }}
                and {% endfor -%}
                ended.step_1_order = begun.step_1_order

    ),

    passes as (

        select
            {{ (keys + columns) | join(',\n            ') }},
            pass_order
        from assigned
        where entered_us <= {{ waymark.order_to_us('pass_order') }} + {{ window_us }}
        {%- if funnel.exclusions %}

        union all

        -- what is not clean is no pass: it is only counted
        select
            unit_key,
            {%- if funnel.hold_constant %}
            null as held_value,
            {%- endif %}
            {{ columns | join(',\n            ') }},
            null as pass_order
        from attempts
        where is_excluded
        {%- endif %}

    ),
{%- endmacro %}
