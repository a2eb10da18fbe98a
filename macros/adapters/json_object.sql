{% macro json_object(pairs) %}
    {{ return(adapter.dispatch('json_object', 'waymark')(pairs)) }}
{% endmacro %}

{# Without the spaces of jsonb, so that the text is the same everywhere. #}
{% macro postgres__json_object(pairs) -%}
    '{'
    {%- for key, expression in pairs %}
    || {{ waymark.text_literal((key | tojson) ~ ':') }}
    || coalesce(cast(to_json(cast({{ expression }} as text)) as text), 'null')
    {{- " || ','" if not loop.last }}
    {%- endfor %}
    || '}'
{%- endmacro %}

{% macro default__json_object(pairs) -%}
    cast(json_object(
        {%- for key, expression in pairs -%}
            {{ waymark.text_literal(key) }}, {{ expression }}{{ ', ' if not loop.last }}
        {%- endfor -%}
    ) as varchar)
{%- endmacro %}

{% macro clickhouse__json_object(pairs) -%}
    toNullable(toJSONString(map(
        {%- for key, expression in pairs -%}
            {{ waymark.text_literal(key) }}, cast({{ expression }} as Nullable(String)){{ ', ' if not loop.last }}
        {%- endfor -%}
    )))
{%- endmacro %}

{% macro spark__json_object(pairs) -%}
    to_json(named_struct(
        {%- for key, expression in pairs -%}
            {{ waymark.text_literal(key) }}, {{ expression }}{{ ', ' if not loop.last }}
        {%- endfor -%}
    ), map('ignoreNullFields', 'false'))
{%- endmacro %}

{% macro bigquery__json_object(pairs) -%}
    to_json_string(json_object(
        {%- for key, expression in pairs -%}
            {{ waymark.text_literal(key) }}, {{ expression }}{{ ', ' if not loop.last }}
        {%- endfor -%}
    ))
{%- endmacro %}

{% macro snowflake__json_object(pairs) -%}
    to_json(object_construct_keep_null(
        {%- for key, expression in pairs -%}
            {{ waymark.text_literal(key) }}, {{ expression }}{{ ', ' if not loop.last }}
        {%- endfor -%}
    ))
{%- endmacro %}
