{% macro _funnel_is_plain(funnel) %}
    {#- Ordered steps by disjoint goals, without what makes an attempt depend on more than its steps. -#}
    {%- if funnel.order != 'ordered' or funnel.exclusions or funnel.required | length < funnel.steps | length
        or funnel.steps | length == 1 or funnel.steps[1].min_gap_seconds or funnel.steps[1].max_gap_seconds -%}
        {{ return(false) }}
    {%- endif -%}
    {%- for step in funnel.steps -%}
        {%- for other in funnel.steps[loop.index:] if waymark.goals_may_share_events(step.goal, other.goal) -%}
            {{ return(false) }}
        {%- endfor -%}
    {%- endfor -%}
    {{ return(true) }}
{% endmacro %}
