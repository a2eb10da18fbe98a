{% macro check_sources() %}
    {#- Runs on-run-start, before the first model: what is wrong with the input is said once, by key
        and file, instead of by a database error deep in a model. -#}
    {%- set config = waymark.load_config() -%}
    {%- set errors = [] -%}
    {%- for source in config.sources.values() if source.relation and not execute -%}
        {#- dbt must meet a ref while parsing to allow it later. -#}
        {%- do waymark.source_relation(source.relation) -%}
    {%- endfor -%}
    {%- for name, source in config.sources.items()
        if waymark.may_query() and not flags.EMPTY and 'model.waymark.stg_' ~ name ~ '__events' in selected_resources -%}
        {%- set path = 'sources.' ~ name -%}
        {%- set found = namespace(files=not source.files or waymark.reads_files()) -%}
        {%- if name == 'ga4' and not waymark.reads_nested() -%}
            {%- set found.files = false -%}
            {%- do errors.append(
                'sources.ga4: ' ~ target.type ~ " cannot read the nested columns of GA4's export. Bring it as the source "
                ~ 'generic: docs/warehouses.md has the view that turns the export, as JSON, into one.'
            ) -%}
        {%- elif not found.files -%}
            {%- do errors.append(
                path ~ '.files: ' ~ target.type ~ ' reads no files. Load them into a table and name it instead: '
                ~ 'sources: {' ~ name ~ ': {relation: <schema>.<table>}}.'
            ) -%}
        {%- endif -%}
        {%- for file in source.files or [] if waymark.reads_files() -%}
            {%- set count = waymark.count_files(file) -%}
            {#- Said before the first read: an error of the database then names the file, this the key. -#}
            {%- do log(
                'waymark: ' ~ path ~ '.files: ' ~ file ~ ' (' ~ count ~ (' file)' if count == 1 else ' files)'),
                info=true
            ) -%}
            {%- if count == 0 -%}
                {%- set found.files = false -%}
                {%- do errors.append(
                    path ~ ".files: no file matches '" ~ file ~ "'. Paths are relative to the folder of "
                    ~ 'dbt_project.yml: correct the path, or put the export there.'
                    ~ (' The demo is made by: python scripts/generate_demo.py' if 'data/demo/' in file else '')
                ) -%}
            {%- endif -%}
        {%- endfor -%}
        {%- set unreadable = waymark.unreadable_files(source) if found.files else [] -%}
        {%- for file in unreadable -%}
            {%- set found.files = false -%}
            {%- do errors.append(
                path ~ '.files: ' ~ file ~ ' is not a Parquet file, whatever its name says. '
                ~ 'Export or download it again, or correct the path.'
            ) -%}
        {%- endfor -%}
        {%- set columns = waymark.source_columns(name, source) if found.files else none -%}
        {%- if columns is not none and not columns -%}
            {%- do errors.append(
                path ~ '.relation: no column of ' ~ source.relation ~ ' can be seen. Does the role that runs dbt have '
                ~ 'the right to select from it?'
            ) -%}
        {%- elif columns is not none -%}
            {%- set where = source.files | join(', ') if source.files else source.relation -%}
            {%- if name == 'ga4' -%}
                {%- for column in ['event_name', 'event_timestamp'] if column not in columns -%}
                    {%- do errors.append(
                        path ~ ': ' ~ where ~ ' has no column ' ~ column
                        ~ '. Is it a GA4 BigQuery export? Its columns: ' ~ (columns | join(', '))
                        ~ '. Bring anything else as the source generic.'
                    ) -%}
                {%- endfor -%}
            {%- else -%}
                {%- set ids = ['anonymous_id', 'user_id'] -%}
                {%- for column in ['event_name', 'event_at'] if source.columns.get(column, column) not in columns -%}
                    {%- do errors.append(
                        path ~ ': ' ~ where ~ ' has no column ' ~ source.columns.get(column, column) ~ ' for '
                        ~ column ~ '. Its columns: ' ~ (columns | join(', ')) ~ '. Map one: columns: {' ~ column
                        ~ ': <your column>}.'
                    ) -%}
                {%- endfor -%}
                {%- if not ids | select('in', source.columns) | list and not ids | select('in', columns) | list -%}
                    {%- do errors.append(
                        path ~ ': ' ~ where ~ ' has neither anonymous_id nor user_id. Its columns: '
                        ~ (columns | join(', ')) ~ '. Map one: columns: {anonymous_id: <your column>}.'
                    ) -%}
                {%- endif -%}
                {%- for column, theirs in source.columns.items()
                    if theirs not in columns and column not in ['event_name', 'event_at']
                    and source.format != 'json' -%}
                    {%- do errors.append(
                        path ~ '.columns.' ~ column ~ ': ' ~ where ~ ' has no column ' ~ theirs ~ '. Its columns: '
                        ~ (columns | join(', ')) ~ '.' ~ waymark._did_you_mean(theirs, columns)
                    ) -%}
                {%- endfor -%}
            {%- endif -%}
        {%- endif -%}
    {%- endfor -%}
    {%- set zones = waymark.known_timezones() if waymark.may_query() and config.timezone != 'UTC' else [config.timezone] -%}
    {%- if config.timezone not in zones -%}
        {%- do errors.append(
            'timezone: ' ~ config.timezone ~ ' is not a time zone that the database knows.'
            ~ waymark._did_you_mean(config.timezone, zones)
        ) -%}
    {%- endif -%}
    {%- set built = {} -%}
    {%- do ref('refresh_state') -%}
    {%- if waymark.may_query() and not flags.FULL_REFRESH -%}
        {%- do built.update(waymark._refresh_states().get('visitor_changes', {}).get('timezone', {})) -%}
    {%- endif -%}
    {%- if built and built.config_hash != config.timezone -%}
        {%- do errors.append(
            'timezone is ' ~ config.timezone ~ ', but the tables were built with ' ~ built.config_hash
            ~ ': days, weeks and cohorts of both would mix. Build everything again with --full-refresh, or set '
            ~ 'timezone back.'
        ) -%}
    {%- endif -%}
    {%- do waymark._raise_errors(errors) -%}
{% endmacro %}
