{% macro _funnel_results(funnel, source, timezone, by_day) %}
    {#- CTEs, the last one `results`: the attempt that counts for each unit (and day of entry), or each
        pass. -#}
    {%- set keys = waymark._funnel_keys(funnel) -%}
    {%- set entry_filter = waymark._funnel_entry_filter(funnel, source, timezone) -%}
    {%- if funnel.entry == 'any_step' -%}
    {{ waymark._funnel_open(funnel, source, entry_filter, timezone, by_day) }}
    {%- else -%}
    {%- set totals = funnel.mode == 'totals' -%}
    with

    attempts as (

        {% if funnel.order == 'any' -%}
        {{ waymark._funnel_any_order(funnel, source, entry_filter) }}
        {%- elif not totals and not by_day and waymark._funnel_is_plain(funnel) -%}
        {{ waymark._funnel_latest_attempts(funnel, source, entry_filter) }}
        {%- else -%}
        {{ waymark.funnel_attempts(funnel, source, entry_filter) }}
        {%- endif %}

    ),
    {%- if totals %}
    {{ waymark._funnel_passes(funnel) }}
    {%- endif %}

    dated as (

        select
            *
            {%- if by_day %},
            {{ waymark.order_to_local_date('step_1_order', timezone) }} as entry_date
            {%- endif %}
        from {{ 'passes' if totals else 'attempts' }}

    ),

    ranked as (

        select
            *,
            row_number() over (
                partition by {{ (
                    keys + ['pass_order'] if totals else ['unit_key'] + (['entry_date'] if by_day else [])
                ) | join(', ') }}
                order by
                    {% if totals -%}
                    case when completed_order is null then 1 else 0 end,
                    completed_order,
                    case when completed_order is not null then - step_1_order end,
                    {% elif funnel.exclusions -%}
                    is_excluded,
                    {% endif -%}
                    depth desc,
                    deepest_order,
                    {{ (['step_1_order desc'] + keys[1:]) | join(', ') }}
            ) as attempt_rank
        from dated

    ),

    results as (

        select
            unit_key,
            {%- if funnel.hold_constant %}
            held_value,
            {%- endif %}
            {%- if by_day %}
            entry_date,
            {%- endif %}
            {%- for step in funnel.steps %}
            step_{{ step.number }}_order,
            {%- endfor %}
            step_1_order as entered_order,
            deepest_order,
            is_excluded,
            case when is_excluded then 0 else depth end as depth,
            not is_excluded and completed_order is not null as is_completed,
            case
                when is_excluded then 0
                else {% if totals -%}
                row_number() over (
                    partition by unit_key, is_excluded order by {{ (['step_1_order'] + keys[1:]) | join(', ') }}
                )
                {%- else %}1{% endif %}
            end as pass_number
        from ranked
        where attempt_rank = 1

    )
    {%- endif %}
{%- endmacro %}
