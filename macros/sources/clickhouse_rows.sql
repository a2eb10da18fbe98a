{% macro clickhouse_rows(source, table, columns) -%}
    {#- Where CSV says null it says `\N`. -#}
    {{ waymark.raw_rows(source, table, columns, blanks=['', '\\N']) }}
{%- endmacro %}
