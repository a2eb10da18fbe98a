{% macro surrogate_key(text) %}
    {{ return(adapter.dispatch('surrogate_key', 'waymark')(text)) }}
{% endmacro %}

{% macro postgres__surrogate_key(text) -%}
    cast(cast('x' || substr(md5({{ text }}), 1, 15) as bit(60)) as bigint)
{%- endmacro %}

{# 60 bits of md5: the same key on every warehouse and after every rebuild, and an integer to join on. #}
{% macro default__surrogate_key(text) -%}
    cast('0x' || substr(md5({{ text }}), 1, 15) as bigint)
{%- endmacro %}

{% macro clickhouse__surrogate_key(text) -%}
    toInt64(bitShiftRight(reinterpretAsUInt64(reverse(substring(MD5({{ text }}), 1, 8))), 4))
{%- endmacro %}

{% macro spark__surrogate_key(text) -%}
    cast(conv(substr(md5({{ text }}), 1, 15), 16, 10) as bigint)
{%- endmacro %}

{% macro bigquery__surrogate_key(text) -%}
    cast(concat('0x', substr(to_hex(md5({{ text }})), 1, 15)) as int64)
{%- endmacro %}

{% macro snowflake__surrogate_key(text) -%}
    to_number(substr(md5({{ text }}), 1, 15), 'XXXXXXXXXXXXXXX')
{%- endmacro %}
