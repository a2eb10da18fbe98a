{% macro source_columns(place, relation) %}
    {{ return(adapter.dispatch('source_columns', 'waymark')(place, relation)) }}
{% endmacro %}

{# Column names of a source; none where they cannot be known yet (a model of the same run, no rows). #}
{% macro default__source_columns(place, relation) %}
    {%- if place.format == 'json' -%}
        {%- do run_query(waymark.set_json_format(place)) -%}
        {%- set query -%}
            select distinct unnest(json_keys(json)) as column_name
            from (
                select json
                from read_json_objects(
                    {{ waymark._file_list(place.files) }},
                    format = getvariable('{{ place.json_format }}'), ignore_errors = true, maximum_object_size = 134217728
                )
                where json_type(json) = 'OBJECT'
                limit 1000
            ) as sample
        {%- endset -%}
    {%- elif place.files -%}
        {%- set reader = 'read_parquet' if place.format == 'parquet' else 'read_csv' -%}
        {%- set query -%}
            select column_name
            from (
                describe select *
                from {{ reader }}(
                    {{ waymark._file_list(place.files) }},
                    {{ 'union_by_name = true' if place.format == 'parquet' else waymark._csv_options() }}
                )
            )
        {%- endset -%}
    {%- else -%}
        {%- set name = relation -%}
        {%- set relation = waymark.source_relation(name) -%}
        {%- if relation is string -%}
            {%- set parts = modules.re.findall('[^".]+', relation) -%}
            {%- if '(' in relation -%}{{ return(none) }}{%- endif -%}
            {%- set relation = adapter.get_relation(
                parts[-3] if parts | length > 2 else target.database,
                parts[-2] if parts | length > 1 else target.schema,
                parts[-1]
            ) -%}
            {%- if relation is none -%}
                {{ exceptions.raise_compiler_error(
                    '\nwaymark: ' ~ place.path ~ ': there is no table ' ~ name ~ ' in '
                    ~ target.database ~ '. Write schema.table, or "{{ ref(\'package\', \'model\') }}".'
                ) }}
            {%- endif -%}
        {%- elif load_relation(relation) is none -%}
            {{ return(none) }}
        {%- endif -%}
        {{ return(adapter.get_columns_in_relation(relation) | map(attribute='name') | list) }}
    {%- endif -%}
    {%- set columns = run_query(query).columns[0].values() | list -%}
    {{ return(columns if columns or place.format != 'json' else none) }}
{% endmacro %}

{# As the reader writes them: lower case where they were created without quotes. #}
{% macro snowflake__source_columns(place, relation) %}
    {%- set columns = [] -%}
    {%- for column in waymark.default__source_columns(place, relation) or [] -%}
        {%- do columns.append(column | lower if column == column | upper else column) -%}
    {%- endfor -%}
    {{ return(columns) }}
{% endmacro %}
