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

{# A type without Nullable() holds no null, and `timestamp` there has whole seconds only. #}
{% macro clickhouse__sql_type(type) %}
    {%- set types = {
        'text': 'String',
        'string': 'String',
        'timestamp': "DateTime64(6, 'UTC')",
        'double': 'Float64',
        'bigint': 'Int64',
        'integer': 'Int32',
        'boolean': 'Bool',
        'date': 'Date',
    } -%}
    {{ return(type if type.startswith('Nullable(') else 'Nullable(' ~ types.get(type, type) ~ ')') }}
{% endmacro %}

{# Seeds are loaded by an interface that does not know all the names that its SQL knows. #}
{% macro bigquery__sql_type(type) %}
    {{ return({
        'text': 'string', 'double': 'float64', 'bigint': 'int64', 'integer': 'int64', 'boolean': 'bool',
    }.get(type, type)) }}
{% endmacro %}
