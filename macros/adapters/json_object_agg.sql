{% macro json_object_agg(name, value) %}
    {{ return(adapter.dispatch('json_object_agg', 'waymark')(name, value)) }}
{% endmacro %}

{% macro postgres__json_object_agg(name, value) -%}
    '{' || string_agg(
        cast(to_json({{ name }}) as text) || ':' || cast(to_json({{ value }}) as text), ',' order by {{ name }}
    ) || '}'
{%- endmacro %}

{# In the order of the names, so that the text is the same after every build. #}
{% macro default__json_object_agg(name, value) -%}
    '{' || string_agg(
        cast(to_json({{ name }}) as varchar) || ':' || cast(to_json({{ value }}) as varchar), ',' order by {{ name }}
    ) || '}'
{%- endmacro %}

{% macro clickhouse__json_object_agg(name, value) -%}
    toNullable(concat('{', arrayStringConcat(arraySort(groupArray(
        concat(toJSONString(assumeNotNull({{ name }})), ':', toJSONString(assumeNotNull({{ value }})))
    )), ','), '}'))
{%- endmacro %}

{% macro spark__json_object_agg(name, value) -%}
    {%- set quoted = "regexp_extract(to_json(array({})), '^.(.*).$', 1)" -%}
    concat('{', array_join(array_sort(collect_list(
        concat({{ quoted.format(name) }}, ':', {{ quoted.format(value) }})
    )), ','), '}')
{%- endmacro %}

{% macro bigquery__json_object_agg(name, value) -%}
    concat('{', string_agg(
        concat(to_json_string({{ name }}), ':', to_json_string({{ value }})), ',' order by {{ name }}
    ), '}')
{%- endmacro %}

{% macro snowflake__json_object_agg(name, value) -%}
    to_json(object_agg({{ name }}, to_variant({{ value }})))
{%- endmacro %}
