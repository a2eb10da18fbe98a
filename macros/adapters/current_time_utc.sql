{% macro current_time_utc() %}
    {{ return(adapter.dispatch('current_time_utc', 'waymark')()) }}
{% endmacro %}

{% macro default__current_time_utc() -%}
    timezone('UTC', current_timestamp)
{%- endmacro %}

{% macro clickhouse__current_time_utc() -%}
    now64(6, 'UTC')
{%- endmacro %}

{# The zone of the session is UTC: see check_session. #}
{% macro spark__current_time_utc() -%}
    current_timestamp()
{%- endmacro %}

{% macro bigquery__current_time_utc() -%}
    current_timestamp()
{%- endmacro %}

{% macro snowflake__current_time_utc() -%}
    sysdate()
{%- endmacro %}
