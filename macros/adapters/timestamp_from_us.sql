{% macro timestamp_from_us(microseconds) %}
    {{ return(adapter.dispatch('timestamp_from_us', 'waymark')(microseconds)) }}
{% endmacro %}

{% macro postgres__timestamp_from_us(microseconds) -%}
    (timestamp '1970-01-01' + ({{ microseconds }}) * interval '1 microsecond')
{%- endmacro %}

{% macro default__timestamp_from_us(microseconds) -%}
    make_timestamp({{ microseconds }})
{%- endmacro %}

{% macro clickhouse__timestamp_from_us(microseconds) -%}
    fromUnixTimestamp64Micro(toInt64({{ microseconds }}), 'UTC')
{%- endmacro %}

{% macro spark__timestamp_from_us(microseconds) -%}
    timestamp_micros({{ microseconds }})
{%- endmacro %}

{% macro bigquery__timestamp_from_us(microseconds) -%}
    timestamp_micros({{ microseconds }})
{%- endmacro %}

{% macro snowflake__timestamp_from_us(microseconds) -%}
    to_timestamp_ntz({{ microseconds }}, 6)
{%- endmacro %}
