{% macro max_by(value, order_by) %}
    {{ return(adapter.dispatch('max_by', 'waymark')(value, order_by)) }}
{% endmacro %}

{% macro default__max_by(value, order_by) -%}
    arg_max({{ value }}, ({{ order_by | join(', ') }}))
{%- endmacro %}

{% macro clickhouse__max_by(value, order_by) -%}
    argMax({{ value }}, ({{ order_by | join(', ') }}))
{%- endmacro %}

{# Rows without the value do not count, as in DuckDB. #}
{% macro spark__max_by(value, order_by) -%}
    max_by({{ value }}, case when {{ value }} is not null then struct({{ order_by | join(', ') }}) end)
{%- endmacro %}
