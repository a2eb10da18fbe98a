{% macro json_value(json, key) %}
    {{ return(adapter.dispatch('json_value', 'waymark')(json, key)) }}
{% endmacro %}

{% macro postgres__json_value(json, key) -%}
    (cast({{ json }} as jsonb) ->> {{ waymark.text_literal(key) }})
{%- endmacro %}

{# A JSON pointer: unlike a path, it can spell every key. #}
{% macro default__json_value(json, key) -%}
    json_extract_string({{ json }}, {{ waymark.text_literal('/' ~ key | replace('~', '~0') | replace('/', '~1')) }})
{%- endmacro %}

{% macro clickhouse__json_value(json, key) -%}
    JSONExtract({{ json }}, {{ waymark.text_literal(key) }}, 'Nullable(String)')
{%- endmacro %}

{# A path cannot spell every key. #}
{% macro spark__json_value(json, key) -%}
    {%- if modules.re.search("['?*]", key) -%}
    from_json({{ json }}, 'map<string, string>')[{{ waymark.text_literal(key) }}]
    {%- else -%}
    get_json_object({{ json }}, {{ waymark.text_literal("$['" ~ key ~ "']") }})
    {%- endif -%}
{%- endmacro %}
