{% macro regex_matches(column, pattern) %}
    {{ return(adapter.dispatch('regex_matches', 'waymark')(column, pattern)) }}
{% endmacro %}

{% macro postgres__regex_matches(column, pattern) -%}
    ({{ column }} ~ {{ waymark.text_literal(pattern) }})
{%- endmacro %}

{% macro default__regex_matches(column, pattern) -%}
    regexp_matches({{ column }}, {{ waymark.text_literal(pattern) }})
{%- endmacro %}

{# A point matches no line break, as elsewhere. #}
{% macro clickhouse__regex_matches(column, pattern) -%}
{%- endmacro %}

    match({{ column }}, {{ waymark.text_literal('(?-s)' ~ pattern) }})
{% macro spark__regex_matches(column, pattern) -%}
    ({{ column }} rlike {{ waymark.text_literal(pattern) }})
{%- endmacro %}
