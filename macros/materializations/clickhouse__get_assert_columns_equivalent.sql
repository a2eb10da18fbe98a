{# The contract of a model of ours: its columns by name. Their types hold in any case, because the table is
   created with them; what a query gives differs between versions of ClickHouse (UInt64 for a count). #}
{% macro clickhouse__get_assert_columns_equivalent(sql) %}
    {%- if model.package_name != 'waymark' -%}
        {{ return(dbt_clickhouse.clickhouse__get_assert_columns_equivalent(sql)) }}
    {%- endif -%}
    {%- set declared = model.columns.values() | map(attribute='name') | sort -%}
    {%- set columns = adapter.get_column_schema_from_query(sql) -%}
    {%- if columns | map(attribute='name') | sort != declared -%}
        {%- do exceptions.raise_contract_error(model.columns.values(), adapter.format_columns(columns)) -%}
    {%- endif -%}
{% endmacro %}
