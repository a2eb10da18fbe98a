{% macro _funnel_depth(funnel) -%}
    case
        {% for step in funnel.steps | reverse -%}
        when step_{{ step.number }}_order is not null then {{ step.number }}
        {% endfor -%}
    end as depth,
    coalesce(
        {%- for step in funnel.steps | reverse %}step_{{ step.number }}_order{{ ', ' if not loop.last }}{% endfor -%}
    ) as deepest_order,
    step_{{ funnel.required[-1].number }}_order as completed_order
{%- endmacro %}
