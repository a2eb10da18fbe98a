{% macro _file_lines(files) -%}
    read_csv(
        {{ waymark._file_list(files) }},
        columns = {'line': 'varchar'},
        delim = '\x01',
        quote = '',
        escape = '',
        header = false,
        auto_detect = false,
        max_line_size = 134217728,
        filename = true
    )
{%- endmacro %}
