{% macro to_utc(local_timestamp, timezone) %}
    {%- if timezone == 'UTC' -%}{{ return(local_timestamp) }}{%- endif -%}
    {{ return(adapter.dispatch('to_utc', 'waymark')(local_timestamp, timezone)) }}
{% endmacro %}

{% macro default__to_utc(local_timestamp, timezone) -%}
    timezone('UTC', timezone('{{ timezone }}', {{ local_timestamp }}))
{%- endmacro %}

{% macro clickhouse__to_utc(local_timestamp, timezone) -%}
    toTimeZone(toDateTime64(toString({{ local_timestamp }}), 6, '{{ timezone }}'), 'UTC')
{%- endmacro %}

{% macro spark__to_utc(local_timestamp, timezone) -%}
    to_utc_timestamp({{ local_timestamp }}, '{{ timezone }}')
{%- endmacro %}

{% macro bigquery__to_utc(local_timestamp, timezone) -%}
    timestamp(datetime({{ local_timestamp }}), '{{ timezone }}')
{%- endmacro %}

{% macro snowflake__to_utc(local_timestamp, timezone) -%}
    convert_timezone('{{ timezone }}', 'UTC', {{ local_timestamp }})
{%- endmacro %}
