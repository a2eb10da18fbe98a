{% macro _load_sources(given, errors) %}
    {%- set kinds = waymark.source_kinds() -%}
    {%- set raw = given.sources or {} -%}
    {%- set sources = {} -%}
    {%- if raw is not mapping -%}
        {%- do errors.append(
            'sources must be a mapping such as {ga4: {files: "export/events_*.parquet"}}, found '
            ~ (raw | tojson) ~ '.'
        ) -%}
        {{ return({}) }}
    {%- endif -%}
    {%- do waymark._check_keys('sources', raw, kinds.keys() | list, errors) -%}
    {%- for name in raw if name in kinds -%}
        {%- set path = 'sources.' ~ name -%}
        {%- set is_list = raw[name] is sequence and raw[name] is not mapping and raw[name] is not string -%}
        {%- set inputs = [] -%}
        {%- for one in (raw[name] if is_list else [raw[name]]) -%}
            {%- do inputs.append(waymark._load_input(
                name, one, path ~ ('[' ~ loop.index0 ~ ']' if is_list else ''), loop.index0, errors
            )) -%}
        {%- endfor -%}
        {%- set properties = inputs | map(attribute='property') | list -%}
        {%- if inputs | length > 1 and (none in properties or properties | unique(case_sensitive=true) | list | length < properties | length) -%}
            {%- do errors.append(
                path ~ ' lists several properties: each needs a name of its own under `property`, found '
                ~ (properties | tojson) ~ '.'
            ) -%}
        {%- endif -%}
        {%- set reads = [] -%}
        {%- for input in inputs -%}
            {%- for table in input.tables.values() -%}
                {%- do reads.append('files' if table.files else 'relation') -%}
            {%- endfor -%}
        {%- endfor -%}
        {%- if reads | unique | list | length > 1 -%}
            {%- do errors.append(
                path ~ ' has files and relations. Keep to one of both in a source: load the files, or export the tables.'
            ) -%}
        {%- endif -%}
        {%- do sources.update({name: {'name': name, 'inputs': inputs, 'reads_files': reads[:1] == ['files']}}) -%}
    {%- endfor -%}
    {{ return(sources) }}
{% endmacro %}
