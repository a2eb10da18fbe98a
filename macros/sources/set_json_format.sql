{% macro set_json_format(files) %}
    {{ return(adapter.dispatch('set_json_format', 'waymark')(files)) }}
{% endmacro %}

{# DuckDB skips a malformed line only when told that lines are records, and guesses wrong when the
   first line is the malformed one. A first line that opens a bracket and leaves it open is no record. #}
{% macro default__set_json_format(files) -%}
    set variable waymark_json_format = coalesce((
        select
            case when regexp_full_match(line, '\s*(\[.*|\{|\{.*[,\[{])\s*') then 'auto' else 'newline_delimited' end
        from read_csv(
            {{ waymark._file_list(files) }},
            columns = {'line': 'varchar'},
            delim = '\x01',
            quote = '',
            escape = '',
            header = false,
            auto_detect = false,
            max_line_size = 134217728
        )
        where trim(line) <> ''
        limit 1
    ), 'auto')
{%- endmacro %}
