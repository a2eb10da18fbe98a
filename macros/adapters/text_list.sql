{% macro text_list(text) %}
    {{ return(adapter.dispatch('text_list', 'waymark')(text)) }}
{% endmacro %}

{# In the order of the bytes, whatever the language of the database. #}
{% macro postgres__text_list(text) -%}
    string_agg({{ text }}, ', ' order by {{ text }} collate "C")
{%- endmacro %}

{% macro default__text_list(text) -%}
    string_agg({{ text }}, ', ' order by {{ text }})
{%- endmacro %}

{% macro clickhouse__text_list(text) -%}
    nullIf(arrayStringConcat(arraySort(groupArray({{ text }})), ', '), '')
{%- endmacro %}

{% macro spark__text_list(text) -%}
    nullif(array_join(array_sort(collect_list({{ text }})), ', '), '')
{%- endmacro %}

{% macro snowflake__text_list(text) -%}
    nullif(listagg({{ text }}, ', ') within group (order by {{ text }}), '')
{%- endmacro %}
