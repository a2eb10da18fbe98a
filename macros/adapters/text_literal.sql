{% macro text_literal(text) -%}
    {{ return(adapter.dispatch('text_literal', 'waymark')(text | string)) }}
{%- endmacro %}

{% macro default__text_literal(text) -%}
    {{ return(dbt.string_literal(dbt.escape_single_quotes(text))) }}
{%- endmacro %}

{# A backslash is an escape. #}
{% macro spark__text_literal(text) -%}
    {{ return("'" ~ (text | replace('\\', '\\\\') | replace("'", "\\'")) ~ "'") }}
{%- endmacro %}

{% macro clickhouse__text_literal(text) -%}
    {{ return(waymark.spark__text_literal(text)) }}
{%- endmacro %}
