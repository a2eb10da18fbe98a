{% macro max_by(value, order_by, type='text') %}
    {{ return(waymark._typed(adapter.dispatch('max_by', 'waymark')(value, order_by), type)) }}
{% endmacro %}

{# Rows whose value is null do not count, as in DuckDB. #}
{% macro postgres__max_by(value, order_by) -%}
    (array_agg({{ value }} order by {{ order_by | join(' desc, ') }} desc) filter (where {{ value }} is not null))[1]
{%- endmacro %}

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

{% macro bigquery__max_by(value, order_by) -%}
    array_agg({{ value }} ignore nulls order by {{ order_by | join(' desc, ') }} desc limit 1)[safe_offset(0)]
{%- endmacro %}

{% macro snowflake__max_by(value, order_by) -%}
    get(array_agg({{ value }}) within group (order by {{ order_by | join(' desc, ') }} desc), 0)
{%- endmacro %}
