{% macro with_json_values(rows, json, columns, blanks=['']) %}
    {{ return(adapter.dispatch('with_json_values', 'waymark')(rows, json, columns, blanks)) }}
{% endmacro %}

{# Without `offset 0` the query around it would parse once for each use of a column. #}
{% macro postgres__with_json_values(rows, json, columns, blanks) -%}
    select
        source_rows.*
        {{- waymark._named_values(columns, 'parsed.json_object ->> {key}', blanks) }}
    from {{ rows }} as source_rows
    cross join lateral (select cast({{ json }} as jsonb) as json_object offset 0) as parsed
    offset 0
{%- endmacro %}

{% macro default__with_json_values(rows, json, columns, blanks) -%}
    {%- set pointers = [] -%}
    {%- for key in columns.values() -%}{%- do pointers.append(waymark._json_pointer(key)) -%}{%- endfor -%}
    select
        * exclude (json_values)
        {{- waymark._named_values(columns, 'json_values[{number}]', blanks) }}
    from (
        select
            *,
            json_extract_string({{ json }}, [{{ pointers | join(', ') }}]) as json_values
        from {{ rows }}
    ) as parsed_rows
{%- endmacro %}

{% macro clickhouse__with_json_values(rows, json, columns, blanks) -%}
    {%- set types = [] -%}
    {%- for key in columns.values() -%}
        {%- do types.append('`' ~ key | replace('\\', '\\\\') | replace('`', '\\`') ~ '` Nullable(String)') -%}
    {%- endfor -%}
    {%- set type = waymark.text_literal('Tuple(' ~ types | join(', ') ~ ')') -%}
    select
        * except (json_values)
        {{- waymark._named_values(columns, 'tupleElement(json_values, {number})', blanks) }}
    from (
        select
            *,
            JSONExtract(ifNull({{ json }}, ''), {{ type }}) as json_values
        from {{ rows }}
    ) as parsed_rows
{%- endmacro %}

{# Of equal keys the last counts. #}
{% macro spark__with_json_values(rows, json, columns, blanks) -%}
    {%- set keys, values = [], [] -%}
    {%- for key in columns.values() -%}
        {%- do keys.append(waymark.text_literal(key)) -%}
        {%- do values.append('value_' ~ loop.index) -%}
    {%- endfor -%}
    select
        source_rows.*
        {{- waymark._named_values(columns, 'json_values.value_{number}', blanks) }}
    from {{ rows }} as source_rows
    lateral view json_tuple({{ json }}, {{ keys | join(', ') }}) json_values as {{ values | join(', ') }}
{%- endmacro %}

{# Parsed as a whole, numbers would no longer be written as they are: each key by itself. #}
{% macro bigquery__with_json_values(rows, json, columns, blanks) -%}
    select
        *
        {%- for name, key in columns.items() %}
        {{- waymark._named_values({name: key}, waymark.json_value(json, key), blanks) }}
        {%- endfor %}
    from {{ rows }}
{%- endmacro %}

{% macro snowflake__with_json_values(rows, json, columns, blanks) -%}
    select
        * exclude json_values
        {{- waymark._named_values(columns, 'to_varchar(get(json_values, {key}))', blanks) }}
    from (
        select
            *,
            try_parse_json({{ json }}) as json_values
        from {{ rows }}
    ) as parsed_rows
{%- endmacro %}
