{% macro changed_visitors(plan) %}
    {%- if model.resource_type == 'unit_test' -%}{{ return('') }}{%- endif -%}
    select
        changes.visitor_key as changed_visitor_key,
        min(changes.changed_from) as changed_from
    from {{ ref('visitor_changes') }} as changes
    where
        changes.revision > {{ plan.since }}
        and changes.revision <= {{ plan.revision }}
    group by changes.visitor_key
{%- endmacro %}
