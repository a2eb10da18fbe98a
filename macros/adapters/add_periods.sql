{% macro add_periods(date, count, period) %}
    {{ return(adapter.dispatch('add_periods', 'waymark')(date, count, period)) }}
{% endmacro %}

{% macro default__add_periods(date, count, period) -%}
    {%- if period == 'hour' -%}
        ({{ date }} + ({{ count }}) * interval '1 hour')
    {%- else -%}
        cast({{ date }} + ({{ count }}) * interval '1 {{ period }}' as date)
    {%- endif -%}
{%- endmacro %}

{% macro clickhouse__add_periods(date, count, period) -%}
    add{{ period | title }}s({{ date }}, {{ count }})
{%- endmacro %}

{% macro bigquery__add_periods(date, count, period) -%}
    {%- if period == 'hour' -%}
        timestamp_add({{ date }}, interval ({{ count }}) hour)
    {%- else -%}
        date_add(cast({{ date }} as date), interval ({{ count }}) {{ period }})
    {%- endif -%}
{%- endmacro %}

{% macro snowflake__add_periods(date, count, period) -%}
    dateadd('{{ period }}', {{ count }}, {{ date }})
{%- endmacro %}
