{% macro without_nulls(json) -%}
    {{ waymark.json_merge("'{}'", json) }}
{%- endmacro %}
