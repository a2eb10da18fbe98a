{% macro json_text(text) -%}
    {#- What an object with this one value writes after {"k": and before its last brace. -#}
    {%- set object = waymark.json_object([['k', text]]) -%}
    substr({{ object }}, 6, length({{ object }}) - 6)
{%- endmacro %}
