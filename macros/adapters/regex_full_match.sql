{% macro regex_full_match(text, pattern) %}
    {{ return(adapter.dispatch('regex_full_match', 'waymark')(text, pattern)) }}
{% endmacro %}

{% macro postgres__regex_full_match(text, pattern) -%}
    ({{ text }} ~ ('^(?:' || {{ pattern }} || ')$'))
{%- endmacro %}

{% macro default__regex_full_match(text, pattern) -%}
    regexp_full_match({{ text }}, {{ pattern }}, 's')
{%- endmacro %}

{% macro clickhouse__regex_full_match(text, pattern) -%}
    match({{ text }}, concat('^(?:', {{ pattern }}, ')$'))
{%- endmacro %}

{% macro spark__regex_full_match(text, pattern) -%}
    ({{ text }} rlike concat('(?s)^(?:', {{ pattern }}, ')\\z'))
{%- endmacro %}

{% macro bigquery__regex_full_match(text, pattern) -%}
    regexp_contains({{ text }}, concat('^(?s:', {{ pattern }}, ')$'))
{%- endmacro %}

{% macro snowflake__regex_full_match(text, pattern) -%}
    regexp_like({{ text }}, {{ pattern }}, 's')
{%- endmacro %}
