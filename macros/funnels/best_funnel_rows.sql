{% macro best_funnel_rows(unit_days) %}
    {#- One row a funnel, unit and pass of int_funnel_unit_days. The steps of an open funnel are each for
        themselves, so there the earliest of each counts. -#}
    {%- set grain = ['funnel_name', 'unit_key', 'pass_number'] -%}
    {%- set carried = ['unit_id', 'held_value', 'dimensions'] -%}
    {%- set open = [] -%}
    {%- for funnel in waymark.load_config().funnels.values() if funnel.entry == 'any_step' -%}
        {%- do open.append(waymark.text_literal(funnel.name)) -%}
    {%- endfor -%}
    select
        {{ (grain + carried) | join(',\n        ') }},
        entered_at,
        depth,
        deepest_at,
        deepest_order,
        is_completed
        {%- for step in range(1, 21) %},
        step_{{ step }}_at
        {%- endfor %}
    from (
        select
            *,
            row_number() over (
                partition by {{ grain | join(', ') }}
                order by depth desc, deepest_order, entered_at desc, held_value
            ) as attempt_rank
        from {{ unit_days }}
        where
            not is_excluded
            {%- if open %}
            and funnel_name not in ({{ open | join(', ') }})
            {%- endif %}
    ) as ranked
    where attempt_rank = 1
    {%- if open %}

    union all

    select
        {{ grain | join(',\n        ') }},
        {% for column in carried -%}
        {{ waymark.min_by(column, ['entered_at']) }} as {{ column }},
        {% endfor -%}
        min(entered_at) as entered_at,
        max(depth) as depth,
        {{ waymark.max_by('deepest_at', ['depth', '- deepest_order'], 'timestamp') }} as deepest_at,
        {{ waymark.max_by('deepest_order', ['depth', '- deepest_order'], 'bigint') }} as deepest_order,
        max(case when is_completed then 1 else 0 end) = 1 as is_completed
        {%- for step in range(1, 21) %},
        min(step_{{ step }}_at) as step_{{ step }}_at
        {%- endfor %}
    from {{ unit_days }}
    where funnel_name in ({{ open | join(', ') }})
    group by {{ grain | join(', ') }}
    {%- endif %}
{% endmacro %}
