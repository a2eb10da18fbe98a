{% macro epoch_us(timestamp) %}
    {{ return(adapter.dispatch('epoch_us', 'waymark')(timestamp)) }}
{% endmacro %}

{% macro postgres__epoch_us(timestamp) -%}
    cast(extract(epoch from {{ timestamp }}) * 1000000 as bigint)
{%- endmacro %}

{% macro default__epoch_us(timestamp) -%}
    epoch_us({{ timestamp }})
{%- endmacro %}

{% macro clickhouse__epoch_us(timestamp) -%}
    toUnixTimestamp64Micro(toDateTime64({{ timestamp }}, 6, 'UTC'))
{%- endmacro %}

{% macro spark__epoch_us(timestamp) -%}
    unix_micros(cast({{ timestamp }} as timestamp))
{%- endmacro %}

{% macro bigquery__epoch_us(timestamp) -%}
    unix_micros(cast({{ timestamp }} as timestamp))
{%- endmacro %}

{% macro snowflake__epoch_us(timestamp) -%}
    date_part('epoch_microsecond', cast({{ timestamp }} as timestamp_ntz))
{%- endmacro %}
