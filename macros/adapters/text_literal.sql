{% macro text_literal(text) -%}
    {{ return(adapter.dispatch('text_literal', 'waymark')(text | string)) }}
{%- endmacro %}

{% macro default__text_literal(text) -%}
    {{ return("'" ~ (text | replace("'", "''")) ~ "'") }}
{%- endmacro %}

{# A backslash is an escape, and on BigQuery a text ends with its line. #}
{% macro spark__text_literal(text) -%}
    {%- set escaped = text | replace('\\', '\\\\') | replace("'", "\\'") -%}
    {{ return("'" ~ (escaped | replace('\n', '\\n') | replace('\r', '\\r')) ~ "'") }}
{%- endmacro %}

{% macro clickhouse__text_literal(text) -%}{{ return(waymark.spark__text_literal(text)) }}{%- endmacro %}
{% macro bigquery__text_literal(text) -%}{{ return(waymark.spark__text_literal(text)) }}{%- endmacro %}
{% macro snowflake__text_literal(text) -%}{{ return(waymark.spark__text_literal(text)) }}{%- endmacro %}
