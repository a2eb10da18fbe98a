{% macro text_position(part, text) %}
    {{ return(adapter.dispatch('text_position', 'waymark')(part, text)) }}
{% endmacro %}

{% macro default__text_position(part, text) -%}
    position({{ part }} in {{ text }})
{%- endmacro %}

{% macro clickhouse__text_position(part, text) -%}
    positionUTF8({{ text }}, {{ part }})
{%- endmacro %}

{% macro bigquery__text_position(part, text) -%}
    strpos({{ text }}, {{ part }})
{%- endmacro %}
