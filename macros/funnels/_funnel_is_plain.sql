{% macro _funnel_is_plain(funnel) %}
    {#- Ordered steps by disjoint goals, without what makes an attempt depend on more than its steps. -#}
    {{ return(
        funnel.order == 'ordered'
        and not funnel.exclusions
        and funnel.required | length == funnel.steps | length
        and funnel.steps | length > 1
        and funnel.steps[1].min_gap_seconds is none
        and funnel.steps[1].max_gap_seconds is none
        and not waymark._steps_share_events(funnel.steps)
    ) }}
{% endmacro %}
