{% macro valid_object(json) -%}
    case when {{ waymark.json_is_object(json) }} then {{ json }} end
{%- endmacro %}
