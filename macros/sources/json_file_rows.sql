{% macro json_file_rows(place, is_side=false) %}
    {{ return(adapter.dispatch('json_file_rows', 'waymark')(place, is_side)) }}
{% endmacro %}

{# Newline-delimited, pretty-printed and array files. A line that is no JSON comes back with
   `json` null and the line itself in `malformed_line`. #}
{% macro default__json_file_rows(place, is_side) -%}
    {%- set of_changed_files = '' if is_side else 'and filename in (select changed_files.filename from changed_files)' -%}
    {%- set objects -%}
        read_json_objects(
            {{ waymark._file_list(place.files) }},
            format = getvariable('{{ place.json_format }}'),
            ignore_errors = true,
            maximum_object_size = 134217728,
            filename = true
        )
    {%- endset -%}
    select
        json,
        filename,
        cast(null as varchar) as malformed_line
    from {{ objects }}
    where json is not null {{ of_changed_files }}

    union all

    select
        null as json,
        filename,
        line as malformed_line
    from {{ waymark._file_lines(place.files) }}
    where
        not json_valid(line)
        and filename in (
            select filename
            from {{ objects }}
            where json is null {{ of_changed_files }}
        )
{%- endmacro %}
