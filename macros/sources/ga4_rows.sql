{% macro ga4_rows(source) %}
    {{ return(adapter.dispatch('ga4_rows', 'waymark')(source)) }}
{% endmacro %}

{# Raw rows of the export under the current schema: a column or field that an older export lacks is
   null. Adds `filename`, and for JSON `malformed_line`. #}
{% macro default__ga4_rows(source) -%}
    {%- set schema = waymark.ga4_schema() -%}
    {%- if source.format == 'json' -%}
    select
        unnest(json_transform(json, '{{ schema | tojson }}')),
        cast(json as varchar) as raw_json,
        filename,
        malformed_line
    from json_rows
    {%- else -%}
    {% if source.files or source.relation -%}
    select
        *,
        {% if not source.files %}cast(null as varchar) as filename,{% endif %}
        cast(null as varchar) as malformed_line
    from
        {% if source.files -%}
        read_parquet({{ waymark._file_list(source.files) }}, union_by_name = true, filename = true)
        {%- else -%}
        {{ waymark.source_relation(source.relation) }}
        {%- endif %}
    union all by name
    {% endif -%}
    select
        {% if not (source.files or source.relation) -%}
        cast(null as varchar) as filename,
        cast(null as varchar) as malformed_line,
        {%- endif %}
        {%- for column, shape in schema.items() %}
        cast(null as {{ waymark._duckdb_type(shape) }}) as "{{ column }}"{{ ',' if not loop.last }}
        {%- endfor %}
    where 1 = 0
    {%- endif -%}
{%- endmacro %}
