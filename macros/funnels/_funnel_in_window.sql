{% macro _funnel_in_window(funnel, chain) -%}
    {#- What a chain reached, without the steps that came too late. -#}
    select
        {{ waymark._funnel_keys(funnel) | join(', ') }},
        step_1_order
        {%- for step in funnel.required[1:] %},
        case
            when
                {{ waymark.order_to_us('step_' ~ step.number ~ '_order') }}
                - {{ waymark.order_to_us('step_1_order') }} <= {{ funnel.window_seconds * 1000000 }}
                then step_{{ step.number }}_order
        end as step_{{ step.number }}_order
        {%- endfor %}
    from {{ chain }}
{%- endmacro %}
