{% macro literal_rows(columns, rows) %}
    {{ return(adapter.dispatch('literal_rows', 'waymark')(columns, rows)) }}
{% endmacro %}

{% macro default__literal_rows(columns, rows) -%}
    {%- if not rows -%}
        {{ waymark.empty_relation(columns) }}
    {%- else -%}
    select
        {%- for column, type in columns.items() %}
        cast({{ column }} as {{ waymark.sql_type(type) }}) as {{ column }}{{ ',' if not loop.last }}
        {%- endfor %}
    from (
        values
        {% for row in rows -%}
        (
            {%- for value in row -%}
                {%- if value is none -%}null
                {%- elif value is boolean or value is number -%}{{ value | lower }}
                {%- else -%}{{ waymark.text_literal(value) }}
                {%- endif -%}
                {{ ', ' if not loop.last }}
            {%- endfor -%}
        ){{ ',' if not loop.last }}
        {% endfor -%}
    ) as literal_rows ({{ columns.keys() | join(', ') }})
    {%- endif -%}
{%- endmacro %}

{% macro clickhouse__literal_rows(columns, rows) -%}
    {%- if not rows -%}
        {{ waymark.empty_relation(columns) }}
    {%- else -%}
    {%- set structure = [] -%}
    {%- for column, type in columns.items() -%}
        {%- do structure.append(column ~ ' ' ~ waymark.sql_type(type)) -%}
    {%- endfor -%}
    select *
    from values(
        {{ waymark.text_literal(structure | join(', ')) }},
        {% for row in rows -%}
        (
            {%- for value in row -%}
                {%- if value is none -%}null
                {%- elif value is boolean or value is number -%}{{ value | lower }}
                {%- else -%}{{ waymark.text_literal(value) }}
                {%- endif -%}
                {{ ', ' if not loop.last }}
            {%- endfor -%}
        ){{ ',' if not loop.last }}
        {% endfor -%}
    )
    {%- endif -%}
{%- endmacro %}

{% macro bigquery__literal_rows(columns, rows) -%}
    {%- if not rows -%}
        {{ waymark.empty_relation(columns) }}
    {%- else -%}
    select
        {%- for column, type in columns.items() %}
        cast({{ column }} as {{ waymark.sql_type(type) }}) as {{ column }}{{ ',' if not loop.last }}
        {%- endfor %}
    from unnest(array<struct<
        {%- for column, type in columns.items() -%}
            {{ column }} {{ waymark.sql_type('text' if type in ['date', 'timestamp'] else type) }}{{ ', ' if not loop.last }}
        {%- endfor -%}
    >>[
        {% for row in rows -%}
        (
            {%- for value in row -%}
                {%- if value is none -%}null
                {%- elif value is boolean or value is number -%}{{ value | lower }}
                {%- else -%}{{ waymark.text_literal(value) }}
                {%- endif -%}
                {{ ', ' if not loop.last }}
            {%- endfor -%}
        ){{ ',' if not loop.last }}
        {% endfor -%}
    ])
    {%- endif -%}
{%- endmacro %}
