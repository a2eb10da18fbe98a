{% macro add_seconds(timestamp, seconds) %}
    {{ return(adapter.dispatch('add_seconds', 'waymark')(timestamp, seconds)) }}
{% endmacro %}

{% macro default__add_seconds(timestamp, seconds) -%}
    ({{ timestamp }} + to_seconds({{ seconds }}))
{%- endmacro %}

{% macro clickhouse__add_seconds(timestamp, seconds) -%}
    addSeconds({{ timestamp }}, {{ seconds }})
{%- endmacro %}
