{% macro _has_integer_columns(relation, columns) %}
    {#- Whether `relation` is a table, known to dbt, in which all of these are integers: then its rows are
        cheaper to read once more than to write down. -#}
    {%- if waymark.may_query() and relation is not string -%}
        {%- set table = load_cached_relation(relation) -%}
        {%- if table is not none and table.is_table -%}
            {%- set integers = [] -%}
            {%- for column in adapter.get_columns_in_relation(table) if column.is_integer() -%}
                {%- do integers.append(column.name) -%}
            {%- endfor -%}
            {{ return(columns | reject('in', integers) | list == []) }}
        {%- endif -%}
    {%- endif -%}
    {{ return(false) }}
{% endmacro %}
