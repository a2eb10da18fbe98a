{% macro _funnel_latest_attempts(funnel, source, entry_filter) %}
    {#- The attempts of a plain funnel that can count for a unit: of entries with the same second step only
        the latest can win, so each second step looks back for it and the other entries are never joined.
        Who has no second step stays with the earliest entry. Half the time of every attempt. -#}
    {%- set keys = waymark._funnel_keys(funnel) -%}
    {%- set steps = funnel.steps -%}
    with

    {{ waymark._funnel_firsts(funnel, source) }}
    {{ waymark._funnel_steps(funnel, source, entry_filter) }}
    {{ waymark._funnel_chain(funnel, 2) }}

    entered as (

        select
            chain.*,
            step_1.event_order as step_1_order
        from chain
        {{ waymark.asof_join(
            'chain', 'step_1', keys, 'event_order', 'event_order', '>' if funnel.ties == 'strict' else '>=', false
        ) }}
        where
            {{ waymark.order_to_us('chain.event_order') }} - {{ waymark.order_to_us('step_1.event_order') }}
            <= {{ funnel.window_seconds * 1000000 }}

    ),

    in_window as (

        {{ waymark._funnel_in_window(funnel, 'entered') }}

    ),

    final as (

        select
            {{ keys | join(', ') }},
            {% for step in steps -%}
            step_{{ step.number }}_order,
            {% endfor -%}
            {{ waymark._funnel_depth(funnel) }}
        from in_window

        union all

        select
            {{ keys | join(', ') }},
            min(event_order) as step_1_order,
            {% for step in steps[1:] -%}
            null as step_{{ step.number }}_order,
            {% endfor -%}
            1 as depth,
            min(event_order) as deepest_order,
            null as completed_order
        from step_1
        where not exists (
            select 1 from in_window
            where {{ waymark._equal_keys(keys, 'in_window', 'step_1') }}
        )
        group by {{ keys | join(', ') }}

    )

    select
        *,
        false as is_excluded
    from final
{% endmacro %}
