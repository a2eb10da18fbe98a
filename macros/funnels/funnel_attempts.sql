{% macro funnel_attempts(funnel, source, entry_filter='true') %}
    {%- set keys = waymark._funnel_keys(funnel) -%}
    {%- set window_us = funnel.window_seconds * 1000000 -%}
    {#- Later than everything: where a step that is looked from was not reached, nothing follows. -#}
    {%- set never = 9000000000000000000 -%}
    {%- set attempts = namespace(name='in_window') -%}

    with

    {{ waymark._funnel_firsts(funnel, source) }}
    {{ waymark._funnel_steps(funnel, source, entry_filter) }}
    {%- if funnel.order == 'strict' %}
    {{ waymark._funnel_breaks(funnel, source) }}
    {%- endif %}
    {%- if funnel.ties == 'step_order' and waymark._steps_share_events(funnel.required) %}
    {{ waymark._funnel_chain_with_overlaps(funnel, source, entry_filter) }}
    {%- else %}
    {{ waymark._funnel_chain(funnel) }}
    {%- endif %}

    in_window as (

        {{ waymark._funnel_in_window(funnel, 'chain') }}

    ),

    {#- An optional step lies between the required steps around it, and takes no event of theirs. -#}
    {% for step in funnel.steps if step.optional -%}
    {%- set anchor = 'step_' ~ step.before ~ '_order' -%}
    {%- set here = 'step_' ~ step.number -%}
    {%- set shares = namespace(any=false) -%}
    {%- for other in funnel.steps
        if other.number != step.number and waymark.goals_may_share_events(step.goal, other.goal) -%}
        {%- set shares.any = true -%}
    {%- endfor -%}
    {%- set strict = shares.any or funnel.ties == 'strict' -%}
    {%- set from = 'before_' ~ step.number -%}
    {%- set places = [anchor ~ (' + 1' if strict else '')] -%}
    {%- if step.min_gap_seconds -%}
        {%- do places.append(waymark.order_after(anchor, step.min_gap_seconds)) -%}
    {%- endif -%}
    {%- for other in funnel.steps[step.before:step.number - 1] if other.optional
        and waymark.goals_may_share_events(step.goal, other.goal) -%}
        {%- do places.append('coalesce(step_' ~ other.number ~ '_order, ' ~ anchor ~ ') + 1') -%}
    {%- endfor %}
    {{ from }} as (

        select
            *,
            coalesce(
                {{ 'greatest(' ~ (places | join(', ')) ~ ')' if places | length > 1 else places[0] }}, {{ never }}
            ) as from_order,
            coalesce({{ anchor }}, {{ never }}) as anchor_order
        from {{ attempts.name }}

    ),

    with_{{ step.number }} as (

        select
            {% for key in keys -%}
            {{ from }}.{{ key }} as {{ key }},
            {% endfor -%}
            {%- for other in funnel.steps if not other.optional or other.number < step.number -%}
            {{ from }}.step_{{ other.number }}_order,
            {% endfor -%}
            case
                when
                    {{ waymark.order_to_us(here ~ '.event_order') }}
                    - {{ waymark.order_to_us(from ~ '.step_1_order') }} <= {{ window_us }}
                    {%- if step.after %}
                    and (
                        {{ from }}.step_{{ step.after }}_order is null
                        or {{ here }}.event_order {{ '<' if strict else '<=' }} {{ from }}.step_{{ step.after }}_order
                    )
                    {%- endif %}
                    {%- if step.max_gap_seconds %}
                    and {{ waymark.order_to_us(here ~ '.event_order') }}
                    - {{ waymark.order_to_us(from ~ '.' ~ anchor) }} <= {{ step.max_gap_seconds * 1000000 }}
                    {%- endif %}
                    {%- if funnel.order == 'strict' %}
                    and coalesce(breaks_{{ step.before }}.event_order >= {{ here }}.event_order, true)
                    {%- endif %}
                    then {{ here }}.event_order
            end as step_{{ step.number }}_order
        from {{ from }}
        {{ waymark.asof_join(from, here, keys, 'from_order', 'event_order') }}
        {%- if funnel.order == 'strict' %}
        {{ waymark.asof_join(from, 'breaks_' ~ step.before, ['unit_key'], 'anchor_order', 'event_order', '<') }}
        {%- endif %}

    ),

    {% set attempts.name = 'with_' ~ step.number -%}
    {% endfor -%}

    {#- With a held property, what is excluded has the same value or none. -#}
    {%- set dirty = [] -%}
    {%- for exclusion in source.exclusions -%}
    {%- set number = loop.index -%}
    {%- set bounds = funnel.exclusions[loop.index0] -%}
    {%- set to = 'step_' ~ bounds.to_step ~ '_order' -%}
    {%- for held in ([true, false] if funnel.hold_constant else [false]) -%}
    {%- set excluded = 'excluded_' ~ number ~ ('_held' if held else '') -%}
    {%- set from = 'from_' ~ excluded %}
    {{ excluded }} as (

        select distinct
            {{ exclusion.unit_key }} as unit_key,
            {%- if held %}
            {{ exclusion.held_value }} as held_value,
            {%- endif %}
            {{ exclusion.event_order }} as event_order
        from {{ exclusion.rows }}
        where
            {{ exclusion.match }}
            {%- if funnel.hold_constant %}
            and {{ exclusion.held_value }} is {{ 'not null' if held else 'null' }}
            {%- endif %}

    ),

    {{ from }} as (

        select
            *,
            coalesce(step_{{ bounds.from_step }}_order, {{ never }}) as {{ from }}_order
        from {{ attempts.name }}

    ),

    without_{{ excluded }} as (

        select
            {{ from }}.*,
            case
                when {{ from }}.{{ to }} is null
                    then {{ waymark.order_to_us(excluded ~ '.event_order') }}
                        <= {{ waymark.order_to_us(from ~ '.step_1_order') }} + {{ window_us }}
                else {{ excluded }}.event_order < {{ from }}.{{ to }}
            end as is_{{ excluded }}
        from {{ from }}
        {{ waymark.asof_join(
            from, excluded, keys if held else ['unit_key'], from ~ '_order', 'event_order', '<'
        ) }}

    ),

    {% do dirty.append('coalesce(is_' ~ excluded ~ ', false)') -%}
    {%- set attempts.name = 'without_' ~ excluded -%}
    {% endfor -%}
    {% endfor -%}

    final as (

        select
            {{ keys | join(', ') }},
            {% for step in funnel.steps -%}
            step_{{ step.number }}_order,
            {% endfor -%}
            {{ waymark._funnel_depth(funnel) }},
            {{ dirty | join(' or ') if dirty else 'false' }} as is_excluded
        from {{ attempts.name }}

    )

    select * from final
{% endmacro %}
