{% macro literal_rows(columns, rows) %}
    {{ return(
        adapter.dispatch('literal_rows', 'waymark')(columns, rows) if rows else waymark.empty_relation(columns)
    ) }}
{% endmacro %}

{% macro default__literal_rows(columns, rows) -%}
    select
        {%- for column, type in columns.items() %}
        cast({{ column }} as {{ waymark.sql_type(type) }}) as {{ column }}{{ ',' if not loop.last }}
        {%- endfor %}
    from (
        values
        {{ waymark._literal_rows(rows) }}
    ) as literal_rows ({{ columns.keys() | join(', ') }})
{%- endmacro %}

{% macro clickhouse__literal_rows(columns, rows) -%}
    {%- set structure = [] -%}
    {%- for column, type in columns.items() -%}
        {%- do structure.append(column ~ ' ' ~ waymark.sql_type(type)) -%}
    {%- endfor -%}
    select *
    from values(
        {{ waymark.text_literal(structure | join(', ')) }},
        {{ waymark._literal_rows(rows) }}
    )
{%- endmacro %}

{% macro bigquery__literal_rows(columns, rows) -%}
    select
        {%- for column, type in columns.items() %}
        cast({{ column }} as {{ waymark.sql_type(type) }}) as {{ column }}{{ ',' if not loop.last }}
        {%- endfor %}
    from unnest(array<struct<
        {%- for column, type in columns.items() -%}
            {{ column }} {{ waymark.sql_type('text' if type in ['date', 'timestamp'] else type) }}{{ ', ' if not loop.last }}
        {%- endfor -%}
    >>[
        {{ waymark._literal_rows(rows) }}
    ])
{%- endmacro %}
