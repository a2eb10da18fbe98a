{% macro min_by(value, order_by) %}
    {{ return(adapter.dispatch('min_by', 'waymark')(value, order_by)) }}
{% endmacro %}

{% macro default__min_by(value, order_by) -%}
    arg_min({{ value }}, ({{ order_by | join(', ') }}))
{%- endmacro %}

{% macro clickhouse__min_by(value, order_by) -%}
    argMin({{ value }}, ({{ order_by | join(', ') }}))
{%- endmacro %}

{# Rows without the value do not count, as in DuckDB. #}
{% macro spark__min_by(value, order_by) -%}
    min_by({{ value }}, case when {{ value }} is not null then struct({{ order_by | join(', ') }}) end)
{%- endmacro %}
