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
