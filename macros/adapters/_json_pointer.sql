{% macro _json_pointer(key) -%}
    {#- Unlike a path, it can spell every key. -#}
    {{ return(waymark.text_literal('/' ~ key | replace('~', '~0') | replace('/', '~1'))) }}
{%- endmacro %}
