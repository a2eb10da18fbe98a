{% macro json_is_object(text) %}
    {{ return(adapter.dispatch('json_is_object', 'waymark')(text)) }}
{% endmacro %}

{# Before version 16 only a failing cast can tell. #}
{% macro postgres__json_is_object(text) -%}
    {{ target.schema }}.waymark_is_json_object({{ text }})
{%- endmacro %}

{% macro default__json_is_object(text) -%}
    coalesce(case when json_valid({{ text }}) then json_type({{ text }}) = 'OBJECT' end, false)
{%- endmacro %}

{% macro clickhouse__json_is_object(text) -%}
    coalesce(isValidJSON({{ text }}) and JSONType({{ text }}) = 'Object', false)
{%- endmacro %}

{# What Spark reads ends with the object; what follows it must be nothing. #}
{% macro spark__json_is_object(text) -%}
    coalesce(left(get_json_object({{ text }}, '$'), 1) = '{' and {{ text }} rlike '[}]\\s*$', false)
{%- endmacro %}

{% macro bigquery__json_is_object(text) -%}
    coalesce(json_type({{ waymark._bigquery_parsed(text) }}) = 'object', false)
{%- endmacro %}

{% macro snowflake__json_is_object(text) -%}
    coalesce(is_object(try_parse_json({{ text }})), false)
{%- endmacro %}
