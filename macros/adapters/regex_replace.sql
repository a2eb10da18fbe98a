{% macro regex_replace(column, pattern, replacement) %}
    {{ return(adapter.dispatch('regex_replace', 'waymark')(column, pattern, replacement)) }}
{% endmacro %}

{% macro default__regex_replace(column, pattern, replacement) -%}
    regexp_replace({{ column }}, {{ waymark.text_literal(pattern) }}, {{ waymark.text_literal(replacement) }}, 'g')
{%- endmacro %}

{% macro clickhouse__regex_replace(column, pattern, replacement) -%}
    replaceRegexpAll({{ column }}, {{ waymark.text_literal(pattern) }}, {{ waymark.text_literal(replacement) }})
{%- endmacro %}

{# Java names the groups of a replacement $1. #}
{% macro spark__regex_replace(column, pattern, replacement) -%}
    regexp_replace(
        {{- column }}, {{ waymark.text_literal(pattern) }},
        {{- waymark.text_literal(modules.re.sub('\\\\(\\d)', '$\\1', replacement | replace('$', '\\$'))) -}}
    )
{%- endmacro %}

{% macro bigquery__regex_replace(column, pattern, replacement) -%}
    regexp_replace({{ column }}, {{ waymark.text_literal(pattern) }}, {{ waymark.text_literal(replacement) }})
{%- endmacro %}

{% macro snowflake__regex_replace(column, pattern, replacement) -%}
    regexp_replace({{ column }}, {{ waymark.text_literal(pattern) }}, {{ waymark.text_literal(replacement) }})
{%- endmacro %}
