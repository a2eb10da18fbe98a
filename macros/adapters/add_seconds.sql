{% macro add_seconds(timestamp, seconds) %}
    {{ return(adapter.dispatch('add_seconds', 'waymark')(timestamp, seconds)) }}
{% endmacro %}

{% macro postgres__add_seconds(timestamp, seconds) -%}
    ({{ timestamp }} + ({{ seconds }}) * interval '1 second')
{%- endmacro %}

{% macro default__add_seconds(timestamp, seconds) -%}
    ({{ timestamp }} + to_seconds({{ seconds }}))
{%- endmacro %}

{% macro clickhouse__add_seconds(timestamp, seconds) -%}
    addSeconds({{ timestamp }}, {{ seconds }})
{%- endmacro %}

{% macro spark__add_seconds(timestamp, seconds) -%}
    timestamp_micros(
        unix_micros({{ timestamp }}) + cast(cast(({{ seconds }}) as decimal(20, 6)) * 1000000 as bigint)
    )
{%- endmacro %}

{% macro bigquery__add_seconds(timestamp, seconds) -%}
    timestamp_add({{ timestamp }}, interval ({{ seconds }}) second)
{%- endmacro %}

{% macro snowflake__add_seconds(timestamp, seconds) -%}
    dateadd('second', {{ seconds }}, {{ timestamp }})
{%- endmacro %}
