{% macro clickhouse_value(column) -%}
    nullif(nullif({{ waymark.json_value('raw_row', column) }}, ''), {{ waymark.text_literal('\\N') }})
{%- endmacro %}
