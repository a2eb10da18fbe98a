{% macro step_at(units, step_number) -%}
    case {{ step_number }}
        {% for step in range(1, 21) -%}
        when {{ step }} then {{ units }}.step_{{ step }}_at
        {% endfor -%}
    end
{%- endmacro %}
