{% macro funnel_attempts(completions, goals, window_seconds, ties='step_order', entry_filter='true') %}
    {%- set overlapping = namespace(found=false) -%}
    {%- for goal in goals -%}
        {%- for other in goals[loop.index:] if waymark.goals_may_share_events(goal, other) -%}
            {%- set overlapping.found = true -%}
        {%- endfor -%}
    {%- endfor -%}
    {%- set count = goals | length -%}

    with

    {% if overlapping.found and ties == 'step_order' -%}
    {{ waymark._funnel_chain_with_overlaps(completions, goals, entry_filter) }},
    {%- else -%}
    {{ waymark._funnel_chain(completions, goals, ties, entry_filter) }},
    {%- endif %}

    in_window as (

        select
            visitor_key,
            step_1_order{{ ',' if count > 1 }}
            {% for step in range(2, count + 1) -%}
            case
                when
                    {{ waymark.order_to_us('step_' ~ step ~ '_order') }} - {{ waymark.order_to_us('step_1_order') }}
                    <= {{ window_seconds * 1000000 }}
                    then step_{{ step }}_order
            end as step_{{ step }}_order{{ "," if not loop.last }}
            {% endfor -%}
        from chain

    )

    select
        visitor_key,
        {% for step in range(1, count + 1) -%}
        step_{{ step }}_order,
        {% endfor -%}
        {% for step in range(1, count + 1) -%}
        case when step_{{ step }}_order is null then 0 else 1 end{{ ' + ' if not loop.last }}
        {%- endfor %} as depth,
        coalesce(
            {%- for step in range(count, 0, -1) %}step_{{ step }}_order{{ ', ' if not loop.last }}{% endfor -%}
        ) as deepest_order
    from in_window
{% endmacro %}
