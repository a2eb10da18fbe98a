{% macro regex_matches(column, pattern) %}
    {{ return(adapter.dispatch('regex_matches', 'waymark')(column, pattern)) }}
{% endmacro %}

{# The same language but for options, where a dot ends at a line, and the name of a word's edge. #}
{% macro postgres__regex_matches(column, pattern) -%}
    {%- set given = modules.re.match('\\(\\?([ims]+)\\)', pattern) -%}
    {%- set options = given.group(1) if given else '' -%}
    {%- set lines = {'': 'p', 's': '', 'm': 'n', 'ms': 'w'}[options | select('in', 'ms') | unique | sort | join] -%}
    {%- set rest = pattern[given.end() if given else 0:] -%}
    ({{ column }} ~ {{ waymark.text_literal(
        ('(?' ~ ('i' if 'i' in options else '') ~ lines ~ ')').replace('(?)', '')
        ~ rest.replace('\\b', '\\y').replace('\\B', '\\Y')
    ) }})
{%- endmacro %}

{% macro default__regex_matches(column, pattern) -%}
    regexp_matches({{ column }}, {{ waymark.text_literal(pattern) }})
{%- endmacro %}

{# A point matches no line break, as elsewhere. #}
{% macro clickhouse__regex_matches(column, pattern) -%}
    match({{ column }}, {{ waymark.text_literal('(?-s)' ~ pattern) }})
{%- endmacro %}

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
