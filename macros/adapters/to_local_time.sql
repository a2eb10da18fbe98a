{% macro to_local_time(timestamp, timezone) %}
    {%- if timezone == 'UTC' -%}{{ return(timestamp) }}{%- endif -%}
    {{ return(adapter.dispatch('to_local_time', 'waymark')(timestamp, timezone)) }}
{% endmacro %}

{% macro default__to_local_time(timestamp, timezone) -%}
    timezone('{{ timezone }}', timezone('UTC', {{ timestamp }}))
{%- endmacro %}

{% macro clickhouse__to_local_time(timestamp, timezone) -%}
    addSeconds({{ timestamp }}, timeZoneOffset(toTimeZone({{ timestamp }}, '{{ timezone }}')))
{%- endmacro %}

{% macro spark__to_local_time(timestamp, timezone) -%}
    from_utc_timestamp({{ timestamp }}, '{{ timezone }}')
{%- endmacro %}

{# A timestamp, not a datetime: the two cannot be compared, and with UTC there is no conversion. #}
{% macro bigquery__to_local_time(timestamp, timezone) -%}
    timestamp(datetime({{ timestamp }}, '{{ timezone }}'))
{%- endmacro %}

{% macro snowflake__to_local_time(timestamp, timezone) -%}
    convert_timezone('UTC', '{{ timezone }}', {{ timestamp }})
{%- endmacro %}
