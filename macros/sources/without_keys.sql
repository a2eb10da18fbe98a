{% macro without_keys(json, keys) -%}
    {%- set pairs = [] -%}
    {%- for key in keys -%}{%- do pairs.append('"' ~ key ~ '": null') -%}{%- endfor -%}
    {{ waymark.json_merge(json, waymark.text_literal('{' ~ (pairs | join(', ')) ~ '}')) }}
{%- endmacro %}
