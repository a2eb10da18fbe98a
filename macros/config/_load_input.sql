{% macro _load_input(name, given, path, number, errors) %}
    {#- One property of a source: {property, timezone, columns, tables: {name: {files, format, relations}}}. -#}
    {%- set kind = waymark.source_kinds()[name] -%}
    {%- set input = {'property': none, 'timezone': none, 'columns': {}, 'tables': {}} -%}
    {%- if given is not mapping -%}
        {%- do errors.append(path ~ ' must be a mapping with files or relation, found ' ~ (given | tojson) ~ '.') -%}
        {{ return(input) }}
    {%- endif -%}
    {%- set known = waymark._configuration_keys('source') -%}
    {%- if 'columns' not in kind.get('options', []) -%}{%- do known.pop('columns') -%}{%- endif -%}
    {%- do waymark._check_keys(path, given, known, errors) -%}
    {%- set options = waymark._options(path, given, known, errors) -%}
    {%- for key in ['property', 'timezone'] if options[key] is not none -%}
        {%- if modules.re.match('^[^\'"\\\\]+$', options[key]) -%}
            {%- do input.update({key: options[key]}) -%}
        {%- else -%}
            {%- do errors.append(path ~ '.' ~ key ~ ' must be a text without quotes, found ' ~ (options[key] | tojson) ~ '.') -%}
        {%- endif -%}
    {%- endfor -%}
    {%- do input.update({'identity_scope': options.identity_scope}) -%}
    {%- set key = 'relation' if given.get('relation') is not none else 'files' -%}
    {%- if (given.get('files') is none) == (given.get('relation') is none) -%}
        {%- do errors.append(
            path ~ ' needs either files (a path or glob) or relation (a table), found ' ~ (given | tojson) ~ '.'
        ) -%}
        {{ return(input) }}
    {%- endif -%}
    {%- set by_table = given[key] if given[key] is mapping else {kind.tables.keys() | first: given[key]} -%}
    {%- set places = [] -%}
    {%- for table, place in by_table.items() -%}
        {%- do places.append({
            'table': table, 'place': place, 'path': path ~ '.' ~ key ~ ('.' ~ table if given[key] is mapping else ''),
        }) -%}
    {%- endfor -%}
    {%- if given[key] is mapping -%}
        {%- do waymark._check_keys(path ~ '.' ~ key, given[key], kind.tables.keys() | list, errors) -%}
        {%- set needs = kind.get('needs', [[kind.tables.keys() | first]]) -%}
        {%- set found = namespace(whole=false) -%}
        {%- for tables in needs if tables | reject('in', by_table) | list == [] -%}
            {%- set found.whole = true -%}
        {%- endfor -%}
        {%- if not found.whole and by_table | reject('in', kind.tables) | list == [] -%}
            {%- set alternatives = [] -%}
            {%- for tables in needs -%}{%- do alternatives.append(tables | join(' and ')) -%}{%- endfor -%}
            {%- do errors.append(
                path ~ '.' ~ key ~ ' needs ' ~ (alternatives | join(', or ')) ~ ', found '
                ~ (by_table.keys() | join(', ')) ~ '. See docs/sources/' ~ name ~ '.md.'
            ) -%}
        {%- endif -%}
    {%- endif -%}
    {%- for one in places if one.table in kind.tables -%}
        {%- set listed = [one.place] if one.place is string else one.place -%}
        {%- if listed is mapping or listed is not iterable or not listed or listed | reject('string') | list -%}
            {%- if key == 'files' -%}
                {%- do errors.append(
                    one.path ~ ' must be a path or glob, or a list of them, found ' ~ (one.place | tojson) ~ '.'
                ) -%}
            {%- else -%}
                {%- do errors.append(
                    one.path ~ ' must be a text such as "{{ ref(\'shop\', \'events\') }}" or analytics.events, found '
                    ~ (one.place | tojson) ~ '.'
                ) -%}
            {%- endif -%}
            {%- set listed = [] -%}
        {%- endif -%}
        {%- set formats = [] -%}
        {%- for file in listed if key == 'files' -%}
            {%- set format = waymark._file_format(file) -%}
            {%- if format is none -%}
                {%- do errors.append(
                    one.path ~ ': ' ~ file ~ ' has no ending that tells its format. '
                    ~ 'Use .parquet, .json, .jsonl, .ndjson or .csv (also .gz).'
                ) -%}
            {%- elif format not in formats -%}
                {%- do formats.append(format) -%}
            {%- endif -%}
        {%- endfor -%}
        {%- set allowed = kind.tables[one.table].get('formats', ['parquet', 'json', 'csv']) -%}
        {%- if formats | length > 1 -%}
            {%- do errors.append(one.path ~ ' mixes ' ~ (formats | join(' and ')) ~ '. Keep one format a table.') -%}
        {%- elif formats and formats[0] not in allowed -%}
            {%- do errors.append(
                one.path ~ ': ' ~ kind.title ~ ' is nested and cannot be ' ~ (formats[0] | upper) ~ '. Use Parquet or JSON.'
            ) -%}
        {%- endif -%}
        {%- if listed -%}
            {%- do input.tables.update({one.table: {
                'path': one.path,
                'files': listed if key == 'files' else none,
                'format': formats | first if formats else none,
                'relations': listed if key == 'relation' else none,
                'json_format': 'waymark_json_' ~ name ~ '_' ~ number ~ '_' ~ one.table,
            }}) -%}
        {%- endif -%}
    {%- endfor -%}
    {%- set columns = given.get('columns') or {} -%}
    {%- if columns is not mapping -%}
        {%- do errors.append(
            path ~ '.columns must be a mapping {contract column: your column}, found ' ~ (columns | tojson) ~ '.'
        ) -%}
        {%- set columns = {} -%}
    {%- endif -%}
    {%- do waymark._check_keys(path ~ '.columns', columns, kind.get('columns') or waymark.generic_columns(), errors) -%}
    {%- for column in columns if columns[column] is not string -%}
        {%- do errors.append(
            path ~ '.columns.' ~ column ~ ' must be the name of your column, found ' ~ (columns[column] | tojson) ~ '.'
        ) -%}
    {%- endfor -%}
    {%- do input.update({'columns': columns}) -%}
    {{ return(input) }}
{% endmacro %}
