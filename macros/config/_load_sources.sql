{% macro _load_sources(errors) %}
    {%- set known = {'ga4': ['files', 'relation'], 'generic': ['files', 'relation', 'columns']} -%}
    {%- set raw = waymark.get_config('sources') or {} -%}
    {%- set sources = {} -%}
    {%- if raw is not mapping -%}
        {%- do errors.append(
            'sources must be a mapping such as {ga4: {files: "export/events_*.parquet"}}, found '
            ~ (raw | tojson) ~ '.'
        ) -%}
        {{ return({}) }}
    {%- endif -%}
    {%- do waymark._check_keys('sources', raw, known.keys() | list, errors) -%}
    {%- for name in raw if name in known -%}
        {%- set path = 'sources.' ~ name -%}
        {%- set source = raw[name] -%}
        {%- if source is not mapping -%}
            {%- do errors.append(
                path ~ ' must be a mapping with files or relation, found ' ~ (source | tojson) ~ '.'
            ) -%}
        {%- else -%}
            {%- do waymark._check_keys(path, source, known[name], errors) -%}
            {%- set files = source.get('files') -%}
            {%- set files = [files] if files is string else files -%}
            {%- if (files is none) == (source.get('relation') is none) -%}
                {%- do errors.append(
                    path ~ ' needs either files (a path or glob) or relation (a table), found '
                    ~ (source | tojson) ~ '.'
                ) -%}
            {%- elif files is not none and (
                files is mapping or files is not iterable or not files or files | reject('string') | list
            ) -%}
                {%- do errors.append(
                    path ~ '.files must be a path or glob, or a list of them, found '
                    ~ (source['files'] | tojson) ~ '.'
                ) -%}
                {%- set files = none -%}
            {%- elif files is none and source['relation'] is not string -%}
                {%- do errors.append(
                    path
                    ~ '.relation must be a text such as "{{ ref(\'shop\', \'events\') }}" or analytics.events, found '
                    ~ (source['relation'] | tojson) ~ '.'
                ) -%}
            {%- endif -%}
            {%- set formats = [] -%}
            {%- for file in files or [] -%}
                {%- set format = waymark._file_format(file) -%}
                {%- if format is none -%}
                    {%- do errors.append(
                        path ~ '.files: ' ~ file
                        ~ ' has no ending that tells its format. '
                        ~ 'Use .parquet, .json, .jsonl, .ndjson or .csv (also .gz).'
                    ) -%}
                {%- elif format not in formats -%}
                    {%- do formats.append(format) -%}
                {%- endif -%}
            {%- endfor -%}
            {%- if formats | length > 1 -%}
                {%- do errors.append(
                    path ~ '.files mixes ' ~ (formats | join(' and ')) ~ '. Keep one format a source.'
                ) -%}
            {%- elif name == 'ga4' and formats == ['csv'] -%}
                {%- do errors.append(
                    path ~ '.files: the GA4 export is nested and cannot be CSV. Use Parquet or JSON.'
                ) -%}
            {%- endif -%}
            {%- set columns = source.get('columns') or {} -%}
            {%- if columns is not mapping -%}
                {%- do errors.append(
                    path ~ '.columns must be a mapping {contract column: your column}, found '
                    ~ (columns | tojson) ~ '.'
                ) -%}
                {%- set columns = {} -%}
            {%- endif -%}
            {%- do waymark._check_keys(path ~ '.columns', columns, waymark.generic_columns(), errors) -%}
            {%- for column in columns if columns[column] is not string -%}
                {%- do errors.append(
                    path ~ '.columns.' ~ column ~ ' must be the name of your column, found '
                    ~ (columns[column] | tojson) ~ '.'
                ) -%}
            {%- endfor -%}
            {%- do sources.update({name: {
                'files': files,
                'format': formats | first if formats else none,
                'relation': source.get('relation'),
                'columns': columns,
            }}) -%}
        {%- endif -%}
    {%- endfor -%}
    {{ return(sources) }}
{% endmacro %}
