{% macro set_json_format(place) %}
    {{ return(adapter.dispatch('set_json_format', 'waymark')(place)) }}
{% endmacro %}

{# DuckDB skips a malformed line only when told that lines are records, and guesses wrong when the
   first line is the malformed one. Lines are records when one of the first is a whole object. #}
{% macro default__set_json_format(place) -%}
    set variable {{ place.json_format }} = coalesce((
        select
            case
                when left(lines[1], 1) = '[' then 'auto'
                when len(list_filter(lines, lambda line: left(line, 1) = '{' and json_valid(line))) > 0
                    then 'newline_delimited'
                when left(lines[1], 1) = '{' then 'auto'
                else 'newline_delimited'
            end
        from (
            select list(line) as lines
            from (
                select line
                from {{ waymark._file_lines(place.files) }}
                where trim(line) <> ''
                limit 100
            ) as first_lines
        ) as sample
    ), 'auto')
{%- endmacro %}
