{% macro empty_relation(columns) -%}
    select
        {%- for column, type in columns.items() %}
        cast(null as {{ waymark.sql_type(type) }}) as {{ column }}{{ ',' if not loop.last }}
        {%- endfor %}
    from (select 1 as nothing) as nothing
    where 1 = 0
{%- endmacro %}
