{% macro row_json(relation) %}
    {{ return(adapter.dispatch('row_json', 'waymark')(relation)) }}
{% endmacro %}

{% macro default__row_json(relation) -%}
    cast(to_json({{ relation }}) as varchar)
{%- endmacro %}

{% macro clickhouse__row_json(relation) -%}
    formatRowNoNewline('JSONEachRow', {{ relation }}.*)
{%- endmacro %}

{% macro spark__row_json(relation) -%}
    to_json(struct({{ relation }}.*), map(
        'ignoreNullFields', 'false',
        'timestampFormat', 'yyyy-MM-dd HH:mm:ss.SSSSSS',
        'timestampNTZFormat', 'yyyy-MM-dd HH:mm:ss.SSSSSS'
    ))
{%- endmacro %}

{% macro bigquery__row_json(relation) -%}
    to_json_string({{ relation }})
{%- endmacro %}

{% macro snowflake__row_json(relation) -%}
    to_json(object_construct_keep_null({{ relation }}.*))
{%- endmacro %}
