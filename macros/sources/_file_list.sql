{% macro _file_list(files) -%}
    [{% for file in files %}{{ waymark.text_literal(file) }}{{ ', ' if not loop.last }}{% endfor %}]
{%- endmacro %}
