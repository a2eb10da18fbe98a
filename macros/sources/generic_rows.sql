{% macro generic_rows(source) %}
    {%- if not (source.relation or source.files and waymark.reads_files()) -%}
        {{ return(waymark.empty_relation({'raw_row': 'text', 'filename': 'text', 'malformed_line': 'text'})) }}
    {%- endif -%}
    {{ return(adapter.dispatch('generic_rows', 'waymark')(source)) }}
{% endmacro %}

{% macro postgres__generic_rows(source) -%}
    select
        cast(to_jsonb(input) as text) as raw_row,
        cast(null as text) as filename,
        cast(null as text) as malformed_line
    from {{ waymark.source_relation(source.relation) }} as input
{%- endmacro %}

{# Each raw row as one JSON object: an absent column is an absent key, whatever the types are. #}
{% macro default__generic_rows(source) -%}
    {%- if source.format == 'json' -%}
    select
        cast(json as varchar) as raw_row,
        filename,
        malformed_line
    from json_rows
    {%- else -%}
    select
        {% if source.format == 'parquet' or source.relation -%}
        {{ waymark._without_nan('cast(to_json(input) as varchar)') }} as raw_row,
        {%- else -%}
        cast(to_json(input) as varchar) as raw_row,
        {%- endif %}
        {{ 'waymark_file' if source.files else 'cast(null as varchar)' }} as filename,
        cast(null as varchar) as malformed_line
    from
        {% if source.relation -%}
        {{ waymark.source_relation(source.relation) }} as input
        {%- elif source.format == 'parquet' -%}
        read_parquet({{ waymark._file_list(source.files) }}, union_by_name = true, filename = 'waymark_file') as input
        {%- else -%}
        read_csv(
            {{ waymark._file_list(source.files) }},
            all_varchar = true,
            union_by_name = true,
            filename = 'waymark_file'
        ) as input
        {%- endif %}
    {% if source.files -%}
    where waymark_file in (select changed_files.filename from changed_files)
    {%- endif %}
    {%- endif -%}
{%- endmacro %}

{# JSON knows no NaN; Spark writes it as a text. #}
{% macro spark__generic_rows(source) -%}
    select
        regexp_replace({{ waymark.row_json('input') }}, '":"-?(NaN|Infinity)"', '":null') as raw_row,
        cast(null as string) as filename,
        cast(null as string) as malformed_line
    from {{ waymark.source_relation(source.relation) }} as input
{%- endmacro %}

{% macro clickhouse__generic_rows(source) -%}
    select
        formatRowNoNewline('JSONEachRow', input.*) as raw_row,
        cast(null as Nullable(String)) as filename,
        cast(null as Nullable(String)) as malformed_line
    from {{ waymark.source_relation(source.relation) }} as input
{%- endmacro %}

{% macro bigquery__generic_rows(source) -%}
    select
        to_json_string(input) as raw_row,
        cast(null as string) as filename,
        cast(null as string) as malformed_line
    from {{ waymark.source_relation(source.relation) }} as input
{%- endmacro %}

{# Names that were written without quotes are in capitals there, and in lower case everywhere else. #}
{% macro snowflake__generic_rows(source) -%}
    select
        (
            select to_json(object_agg(
                case when members.key = upper(members.key) then lower(members.key) else members.key end,
                members.value
            ))
            from table(flatten(input => input.row_object)) as members
        ) as raw_row,
        cast(null as varchar) as filename,
        cast(null as varchar) as malformed_line
    from (
        select object_construct_keep_null(*) as row_object
        from {{ waymark.source_relation(source.relation) }}
    ) as input
{%- endmacro %}
