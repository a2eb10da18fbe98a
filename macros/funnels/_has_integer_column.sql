{% macro _has_integer_column(relation, column) %}
    {#- Whether `relation` is a table, known to dbt, in which `column` is an integer: then its rows are
        read where they lie. Of a view, a file or a query nothing is known. -#}
    {%- if execute and relation is not string -%}
        {%- set table = load_cached_relation(relation) -%}
        {%- if table is not none and table.is_table -%}
            {%- for found in adapter.get_columns_in_relation(table) if found.name == column -%}
                {{ return(found.is_integer()) }}
            {%- endfor -%}
        {%- endif -%}
    {%- endif -%}
    {{ return(false) }}
{% endmacro %}
