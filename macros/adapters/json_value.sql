{% macro json_value(json, key) %}
    {{ return(adapter.dispatch('json_value', 'waymark')(json, key)) }}
{% endmacro %}

{% macro postgres__json_value(json, key) -%}
    (cast({{ json }} as jsonb) ->> {{ waymark.text_literal(key) }})
{%- endmacro %}

{% macro default__json_value(json, key) -%}
    json_extract_string({{ json }}, {{ waymark._json_pointer(key) }})
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

{# A path keeps numbers as they are written, but cannot spell every key. #}
{% macro bigquery__json_value(json, key) -%}
    {%- if modules.re.search('["\\\\\x00-\x1f]', key) or not key -%}
        {%- set member = waymark._bigquery_parsed(json) ~ '[' ~ waymark.text_literal(key) ~ ']' -%}
        case
            when json_type({{ member }}) in ('object', 'array') then to_json_string({{ member }})
            else json_value({{ member }})
        end
    {%- else -%}
        {%- set path = waymark.text_literal('$."' ~ key ~ '"') -%}
        coalesce(json_value({{ json }}, {{ path }}), json_query({{ json }}, {{ path }}))
    {%- endif -%}
{%- endmacro %}

{% macro snowflake__json_value(json, key) -%}
    to_varchar(get(try_parse_json({{ json }}), {{ waymark.text_literal(key) }}))
{%- endmacro %}
