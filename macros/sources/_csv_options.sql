{% macro _csv_options() -%}
    {#- Nothing is guessed that could lose rows: a line that begins with # is a row, not a comment, and an
        apostrophe is no quotation mark. The delimiter, and titles above the header, are found out. -#}
    all_varchar = true, union_by_name = true, header = true, comment = '', quote = '"', escape = '"'
{%- endmacro %}
