{% macro _named_values(columns, value, blanks) -%}
    {%- for name, key in columns.items() %},
        {{ 'nullif(' * blanks | length }}
        {{- value | replace('{number}', loop.index) | replace('{key}', waymark.text_literal(key)) }}
        {%- for blank in blanks %}, {{ waymark.text_literal(blank) }}){% endfor %} as {{ name }}
    {%- endfor -%}
{%- endmacro %}
