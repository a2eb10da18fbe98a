{% macro plan_funnel_units(plan, funnels) %}
    {#- A unit that is no visitor and no session may be shared by visitors, so nobody knows which units a
        change of a visitor touches: such a funnel is built whole. -#}
    {%- if model.resource_type == 'model' -%}
        {#- dbt must meet a ref while parsing to allow it later. -#}
        {%- for needed in ['visitor_changes', 'sessions'] -%}{%- do ref(needed) -%}{%- endfor -%}
    {%- endif -%}
    {%- if plan.is_partial and not plan.is_current -%}
        {%- for funnel in funnels if funnel.unit is mapping and funnel.name not in plan.stale -%}
            {%- do plan.stale.append(funnel.name) -%}
        {%- endfor -%}
    {%- endif -%}
{% endmacro %}
