{% macro of_changed_visitors(plan) -%}
    {%- if plan.is_partial -%}
    where visitor_key in (select changed_visitor_key from ({{ waymark.changed_visitors(plan) }}) as changes)
    {%- endif -%}
{%- endmacro %}
