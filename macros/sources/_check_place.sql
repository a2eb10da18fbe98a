{% macro _check_place(name, input, table, place, errors) %}
    {#- One table of one property: is it there, can it be read, has it the columns it must have? -#}
    {%- if name == 'ga4' and not waymark.reads_nested() -%}
        {%- do errors.append(
            'sources.ga4: ' ~ target.type ~ " cannot read the nested columns of GA4's export. Bring it as the source "
            ~ 'generic: docs/warehouses.md has the view that turns the export, as JSON, into one.'
        ) -%}
        {{ return('') }}
    {%- elif place.files and not waymark.reads_files() -%}
        {%- do errors.append(
            place.path ~ ': ' ~ target.type ~ ' reads no files. Load them into a table and name it instead: '
            ~ 'sources: {' ~ name ~ ': {relation: <schema>.<table>}}.'
        ) -%}
        {{ return('') }}
    {%- endif -%}
    {%- set before = errors | length -%}
    {%- for file in place.files or [] -%}
        {%- set count = waymark.count_files(file) -%}
        {#- Said before the first read: an error of the database then names the file, this the key. -#}
        {%- do log(
            'waymark: ' ~ place.path ~ ': ' ~ file ~ ' (' ~ count ~ (' file)' if count == 1 else ' files)'), info=true
        ) -%}
        {%- if count == 0 -%}
            {%- do errors.append(
                place.path ~ ": no file matches '" ~ file ~ "'. Paths are relative to the folder of "
                ~ 'dbt_project.yml: correct the path, or put the export there.'
                ~ (' The demo is made by: python scripts/generate_demo.py' if 'data/demo/' in file else '')
            ) -%}
        {%- endif -%}
    {%- endfor -%}
    {%- for file in waymark.unreadable_files(place) if errors | length == before -%}
        {%- do errors.append(
            place.path ~ ': ' ~ file ~ ' is not a Parquet file, whatever its name says. '
            ~ 'Export or download it again, or correct the path.'
        ) -%}
    {%- endfor -%}
    {%- for relation in place.relations or [none] if errors | length == before -%}
        {%- set columns = waymark.source_columns(place, relation) -%}
        {%- set where = relation or place.files | join(', ') -%}
        {%- if columns is not none and not columns -%}
            {%- do errors.append(
                place.path ~ ': no column of ' ~ where ~ ' can be seen. Does the role that runs dbt have '
                ~ 'the right to select from it?'
            ) -%}
        {%- elif columns is not none -%}
            {%- set path = place.path.rpartition('.relation')[0] or place.path.rpartition('.files')[0] -%}
            {%- set kind = waymark.source_kinds()[name] -%}
            {%- set maps = 'columns' in kind.get('options', []) -%}
            {%- for wanted in kind.tables[table].required -%}
                {%- set alternatives = wanted.split('|') -%}
                {%- set theirs = [] -%}
                {%- for column in alternatives -%}{%- do theirs.append(input.columns.get(column, column)) -%}{%- endfor -%}
                {%- if not theirs | select('in', columns) | list
                    and (alternatives | length == 1 or not alternatives | select('in', input.columns) | list) -%}
                    {%- do errors.append(
                        path ~ ': ' ~ where ~ ' has no column ' ~ (theirs | join(' and no column '))
                        ~ (' for ' ~ wanted if theirs != alternatives else '')
                        ~ ('.' if maps else '. Is it ' ~ kind.title ~ '?') ~ ' Its columns: ' ~ (columns | join(', ')) ~ '. '
                        ~ ('Map one: columns: {' ~ alternatives[0] ~ ': <your column>}.' if maps
                            else 'See docs/sources/' ~ name ~ '.md, or bring it as the source generic.')
                    ) -%}
                {%- endif -%}
            {%- endfor -%}
            {%- for column, theirs in input.columns.items()
                if theirs not in columns and column not in kind.tables[table].required and place.format != 'json' -%}
                {%- do errors.append(
                    path ~ '.columns.' ~ column ~ ': ' ~ where ~ ' has no column ' ~ theirs ~ '. Its columns: '
                    ~ (columns | join(', ')) ~ '.' ~ waymark._did_you_mean(theirs, columns)
                ) -%}
            {%- endfor -%}
        {%- endif -%}
    {%- endfor -%}
{% endmacro %}
