{# Contracts are written in types that every database knows. #}
{% macro clickhouse__get_table_columns_and_constraints() %}
    {%- if model.package_name != 'waymark' -%}
        {{ return(dbt.default__get_table_columns_and_constraints()) }}
    {%- endif -%}
    (
        {%- for column in model.columns.values() %}
        {{ adapter.quote(column.name) }} {{ waymark.sql_type(column.data_type) }}{{ ',' if not loop.last }}
        {%- endfor %}
    )
{% endmacro %}
