{% macro of_changed_units(plan, funnel, column=none) -%}
    {%- if plan.is_partial and funnel.name not in plan.stale -%}
    {%- if funnel.unit is mapping -%}
    where false
    {%- else -%}
    where {{ column or funnel.unit ~ '_key' }} in ({{ waymark.changed_units(plan, funnel.unit) }})
    {%- endif -%}
    {%- endif -%}
{%- endmacro %}
