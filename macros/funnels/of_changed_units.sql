{% macro of_changed_units(plan, funnel, column=none) -%}
    {%- if plan.is_partial and funnel.name not in plan.stale -%}
    where {{ column or funnel.unit ~ '_key' }} in ({{ waymark.changed_units(plan, funnel.unit) }})
    {%- endif -%}
{%- endmacro %}
