{% macro unreadable_files(place) %}
    {{ return(adapter.dispatch('unreadable_files', 'waymark')(place)) }}
{% endmacro %}

{# Small files only (a pointer, an error page, an empty download): looking into a file reads it whole. #}
{% macro default__unreadable_files(place) %}
    {%- if place.format != 'parquet' -%}{{ return([]) }}{%- endif -%}
    {%- set small = run_query(
        'select filename from read_blob(' ~ waymark._file_list(place.files) ~ ') where size < 65536'
    ).columns[0].values() | list -%}
    {%- if not small -%}{{ return([]) }}{%- endif -%}
    {{ return(run_query(
        'select filename from read_blob(' ~ waymark._file_list(small) ~ ") where content[:4] <> 'PAR1'::blob"
    ).columns[0].values() | list) }}
{% endmacro %}
