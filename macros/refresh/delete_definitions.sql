{% macro delete_definitions(plan, column, values=none) -%}
    {#- Rows of definitions that changed, or are no more. `values` says what the column holds where that
        is not the name. -#}
    {%- set kept = [] -%}
    {%- for name in plan.definitions if name not in plan.stale -%}
        {%- do kept.append(values[name] if values else waymark.text_literal(name)) -%}
    {%- endfor -%}
    {{ column ~ ' not in (' ~ (kept | join(', ')) ~ ')' if kept else 'true' }}
{%- endmacro %}
