{% macro _decoded(expression, names) -%}
    case {{ expression }}
        {%- for code, name in names.items() %}
        when {{ waymark.text_literal(code) }} then {{ waymark.text_literal(name) }}
        {%- endfor %}
        else {{ expression }}
    end
{%- endmacro %}
