{% macro staging_source(name) %}
    {#- What a staging model reads. Disabled sources are still parsed, and `--empty` must not need the files. -#}
    {%- set config = waymark.load_config() -%}
    {%- set source = config.sources.get(name) or {'name': name, 'inputs': [], 'reads_files': false} -%}
    {%- set tables = waymark.source_kinds()[name].tables -%}
    {%- set inputs = [] if flags.EMPTY else source.inputs -%}
    {%- set files, side_files = [], [] -%}
    {%- for input in inputs -%}
        {%- for table, place in input.tables.items() -%}
            {%- do (side_files if tables[table].get('is_side') else files).extend(place.files or []) -%}
        {%- endfor -%}
    {%- endfor -%}
    {{ return({
        'name': name, 'inputs': inputs, 'tables': tables, 'reads_files': source.reads_files, 'files': files,
        'side_files': side_files, 'future_tolerance_seconds': config.future_tolerance_seconds,
        'lookback_days': config.lookback_days,
        'fingerprint': local_md5((source | tojson) ~ config.future_tolerance_seconds)[:8],
    }) }}
{% endmacro %}
