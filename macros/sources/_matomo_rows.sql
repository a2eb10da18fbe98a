{% macro _matomo_rows(source, table, columns) -%}
    {#- MySQL writes a null into a file as \N or NULL. Numbers of two installations may be the same. -#}
    {%- set read = {} -%}
    {%- for column in columns -%}{%- do read.update({column: column}) -%}{%- endfor -%}
    {%- set rows -%}
    (
        select
            table_rows.*,
            coalesce(table_rows.input_property, '') as installation,
            {{ waymark.regex_replace('table_rows.raw_row', ': *"(\\\\\\\\N|NULL)"', ':null') }} as row_values
        from ({{ waymark.raw_rows(source, table) }}) as table_rows
    )
    {%- endset -%}
    {{ waymark.with_json_values(rows, 'row_values', read, blanks=[]) }}
{%- endmacro %}
