{% macro staging_source(name, even_empty=false) %}
    {#- What a staging model reads. Disabled sources are still parsed, and `--empty` must not need the files.
        Not from load_config(): goals and funnels are none of its business, and many models ask. -#}
    {%- set errors = [] -%}
    {%- set source = waymark._load_sources(errors, name).get(name) or {'name': name, 'inputs': [], 'reads_files': false} -%}
    {%- set future_tolerance = waymark.duration_seconds(
        'future_tolerance', waymark.get_config('future_tolerance') or '24 hours', errors
    ) -%}
    {%- set lookback_days = waymark.get_config('lookback_days') -%}
    {#- load_config() says what is wrong, all at once. -#}
    {%- if errors -%}{%- do waymark.load_config() -%}{%- endif -%}
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
        'side_files': side_files, 'future_tolerance_seconds': future_tolerance,
        'lookback_days': 3 if lookback_days is none else lookback_days,
        'fingerprint': local_md5((source | tojson) ~ future_tolerance)[:8],
    }) }}
{% endmacro %}
