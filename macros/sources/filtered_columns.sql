{% macro filtered_columns() %}
    {{ return(['user_agent', 'hostname', 'user_id', 'traffic_source']) }}
{% endmacro %}
