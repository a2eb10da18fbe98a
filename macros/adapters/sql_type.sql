{% macro sql_type(type) %}
    {{ return({
        'text': dbt.type_string(),
        'timestamp': dbt.type_timestamp(),
        'double': 'double precision',
        'bigint': dbt.type_bigint(),
    }.get(type, type)) }}
{% endmacro %}
