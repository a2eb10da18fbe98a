{% macro _literal_rows(rows) -%}
    {%- for row in rows -%}
        (
            {%- for value in row -%}
                {%- if value is none -%}null
                {%- elif value is boolean or value is number -%}{{ value | lower }}
                {%- else -%}{{ waymark.text_literal(value) }}
                {%- endif -%}
                {{ ', ' if not loop.last }}
            {%- endfor -%}
        ){{ ',' if not loop.last }}
    {% endfor -%}
{%- endmacro %}
