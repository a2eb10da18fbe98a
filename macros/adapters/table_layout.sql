{% macro table_layout(date_column, cluster_by, data_type='date') %}
    {{ return(adapter.dispatch('table_layout', 'waymark')(date_column, cluster_by, data_type)) }}
{% endmacro %}

{% macro default__table_layout(date_column, cluster_by, data_type) %}{{ return({}) }}{% endmacro %}

{% macro bigquery__table_layout(date_column, cluster_by, data_type) %}
    {{ return({
        'partition_by': {'field': date_column, 'data_type': data_type, 'granularity': 'day'},
        'cluster_by': cluster_by,
    }) }}
{% endmacro %}

{% macro snowflake__table_layout(date_column, cluster_by, data_type) %}
    {%- set day = date_column if data_type == 'date' else 'cast(' ~ date_column ~ ' as date)' -%}
    {{ return({'cluster_by': [day] + cluster_by}) }}
{% endmacro %}
