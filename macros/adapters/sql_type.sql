{% macro sql_type(type) %}
    {{ return(adapter.dispatch('sql_type', 'waymark')(type)) }}
{% endmacro %}

{% macro default__sql_type(type) %}
    {{ return({
        'text': dbt.type_string(),
        'timestamp': dbt.type_timestamp(),
        'double': 'double precision',
        'bigint': dbt.type_bigint(),
    }.get(type, type)) }}
{% endmacro %}

{% macro spark__sql_type(type) %}
    {{ return({'text': 'string'}.get(type, type)) }}
{% endmacro %}
