{% macro min_by(value, order_by, type='text') %}
    {{ return(waymark._typed(adapter.dispatch('min_by', 'waymark')(value, order_by), type)) }}
{% endmacro %}

{# Rows whose value is null do not count, as in DuckDB. #}
{% macro postgres__min_by(value, order_by) -%}
    (array_agg({{ value }} order by {{ order_by | join(', ') }}) filter (where {{ value }} is not null))[1]
{%- endmacro %}

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

{% macro bigquery__min_by(value, order_by) -%}
    array_agg({{ value }} ignore nulls order by {{ order_by | join(', ') }} limit 1)[safe_offset(0)]
{%- endmacro %}

{% macro snowflake__min_by(value, order_by) -%}
    get(array_agg({{ value }}) within group (order by {{ order_by | join(', ') }}), 0)
{%- endmacro %}
