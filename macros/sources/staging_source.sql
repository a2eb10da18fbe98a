{% macro staging_source(name, even_empty=false) %}
    {#- What a staging model reads. Disabled sources are still parsed, and `--empty` must not need the files. -#}
    {%- set config_ = waymark.load_config() -%}
    {%- set source = config_.sources.get(name) or {'name': name, 'inputs': [], 'reads_files': false} -%}
    {%- set tables = waymark.source_kinds()[name].tables -%}
    {%- set inputs = [] if flags.EMPTY and not even_empty else source.inputs -%}
    {%- set files, side_files = [], [] -%}
    {%- for input in inputs -%}
        {%- for table, place in input.tables.items() -%}
            {%- set is_side = tables[table].get('is_side') -%}
            {%- do (side_files if is_side else files).extend(place.files or []) -%}
            {%- if tables[table].get('is_versioned') -%}{%- do side_files.extend(place.files or []) -%}{%- endif -%}
        {%- endfor -%}
    {%- endfor -%}
    {{ return({
        'name': name, 'inputs': inputs, 'tables': tables, 'reads_files': source.reads_files, 'files': files,
        'side_files': side_files, 'future_tolerance_seconds': config_.future_tolerance_seconds,
        'lookback_days': config_.lookback_days,
        'fingerprint': local_md5((source | tojson) ~ config_.future_tolerance_seconds)[:8],
    }) }}
{% endmacro %}
