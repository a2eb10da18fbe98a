{% macro table_rows(place, relation, is_side=false) %}
    {{ return(adapter.dispatch('table_rows', 'waymark')(place, relation, is_side)) }}
{% endmacro %}

{% macro postgres__table_rows(place, relation, is_side) -%}
    select
        cast(to_jsonb(input) as text) as raw_row,
        cast(null as text) as filename,
        cast(null as text) as malformed_line
    from {{ waymark.source_relation(relation) }} as input
{%- endmacro %}

{# Each raw row as one JSON object: an absent column is an absent key, whatever the types are. #}
{% macro default__table_rows(place, relation, is_side) -%}
    {%- if place.format == 'json' -%}
    select
        cast(json as varchar) as raw_row,
        filename,
        malformed_line
    from ({{ waymark.json_file_rows(place, is_side) }}) as input
    {%- else -%}
    select
        {% if place.format != 'csv' -%}
        {{ waymark._without_nan('cast(to_json(input) as varchar)') }} as raw_row,
        {%- else -%}
        cast(to_json(input) as varchar) as raw_row,
        {%- endif %}
        {{ 'waymark_file' if place.files else 'cast(null as varchar)' }} as filename,
        cast(null as varchar) as malformed_line
    from
        {% if relation -%}
        {{ waymark.source_relation(relation) }} as input
        {%- elif place.format == 'parquet' -%}
        read_parquet({{ waymark._file_list(place.files) }}, union_by_name = true, filename = 'waymark_file') as input
        {%- else -%}
        read_csv(
            {{ waymark._file_list(place.files) }},
            {{ waymark._csv_options() }},
            filename = 'waymark_file'
        ) as input
        {%- endif %}
    {% if place.files and not is_side -%}
    where waymark_file in (select changed_files.filename from changed_files)
    {%- endif %}
    {%- endif -%}
{%- endmacro %}

{# JSON knows no NaN; Spark writes it as a text. #}
{% macro spark__table_rows(place, relation, is_side) -%}
    select
        regexp_replace({{ waymark.row_json('input') }}, '":"-?(NaN|Infinity)"', '":null') as raw_row,
        cast(null as string) as filename,
        cast(null as string) as malformed_line
    from {{ waymark.source_relation(relation) }} as input
{%- endmacro %}

{% macro clickhouse__table_rows(place, relation, is_side) -%}
    select
        formatRowNoNewline('JSONEachRow', input.*) as raw_row,
        cast(null as Nullable(String)) as filename,
        cast(null as Nullable(String)) as malformed_line
    from {{ waymark.source_relation(relation) }} as input
{%- endmacro %}

{% macro bigquery__table_rows(place, relation, is_side) -%}
    select
        to_json_string(input) as raw_row,
        cast(null as string) as filename,
        cast(null as string) as malformed_line
    from {{ waymark.source_relation(relation) }} as input
{%- endmacro %}

{# Names that were written without quotes are in capitals there, and in lower case everywhere else. #}
{% macro snowflake__table_rows(place, relation, is_side) -%}
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
        from {{ waymark.source_relation(relation) }}
    ) as input
{%- endmacro %}
