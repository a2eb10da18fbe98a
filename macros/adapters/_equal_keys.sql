{% macro _equal_keys(keys, left, right, prefix='') -%}
    {%- for key in keys -%}
    {{ left }}.{{ key }} = {{ right }}.{{ prefix }}{{ key }}{{ ' and ' if not loop.last }}
    {%- endfor -%}
{%- endmacro %}
