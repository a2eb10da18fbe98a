{% macro _file_format(path) %}
    {%- set name = (path | lower).removesuffix('.gz').removesuffix('.zst') -%}
    {%- for ending, format in [
        ('.parquet', 'parquet'), ('.json', 'json'), ('.jsonl', 'json'), ('.ndjson', 'json'),
        ('.csv', 'csv'), ('.tsv', 'csv'), ('.txt', 'csv'),
    ] if name.endswith(ending) -%}
        {{ return(format) }}
    {%- endfor -%}
    {{ return(none) }}
{% endmacro %}
