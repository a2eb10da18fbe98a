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

{% macro bigquery__regex_matches(column, pattern) -%}
    regexp_contains({{ column }}, {{ waymark.text_literal(pattern) }})
{%- endmacro %}

{# Flags are an argument there, and regexp_like() wants the whole text to match. #}
{% macro snowflake__regex_matches(column, pattern) -%}
    {%- set given = modules.re.match('[(][?]([ims]+)[)]', pattern) -%}
    {%- set bare = pattern[given.end():] if given else pattern -%}
    (regexp_instr({{ column }}, {{ waymark.text_literal(bare) }}, 1, 1, 0, '{{ given.group(1) if given else 'c' }}') > 0)
{%- endmacro %}
