{% macro _funnel_passes(funnel) %}
    {#- Totals: the passes of a unit follow one another, and where one ends decides where the next begins.
        Every attempt learns where a pass that began with it would end (`end_order`), and from these
        follows which attempts do begin one. -#}
    {%- set keys = waymark._funnel_keys(funnel) -%}
    {%- set window_us = funnel.window_seconds * 1000000 -%}
    {%- set columns = ['depth', 'deepest_order', 'completed_order', 'is_excluded'] -%}
    {%- for step in funnel.steps -%}{%- do columns.append('step_' ~ step.number ~ '_order') -%}{%- endfor %}
    clean as (

        select
            *,
            {{ waymark.order_to_us('step_1_order') }} as entered_us
        from attempts
        where not is_excluded

    ),

    {{ waymark.completions_ahead(keys, window_us) }},

    ended as {{ waymark.materialized() }}(

        select
            *,
            case
                when tied_order < later_order then tied_order
                else coalesce(later_order, tied_order, (entered_us + {{ window_us }}) * 1000 + 999)
            end as end_order
        from completions_ahead

    ),

    {{ waymark.pass_beginnings(keys) }},

    assigned as (

        select
            ended.*,
            max(begun.step_1_order) over (
                partition by ended.{{ keys | join(', ended.') }}
                order by ended.step_1_order
            ) as pass_order
        from ended
        left join begun
            on
                {{ waymark._equal_keys(keys, 'ended', 'begun') }}
                and ended.step_1_order = begun.step_1_order

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
