{% macro add_periods(date, count, period) %}
    {{ return(adapter.dispatch('add_periods', 'waymark')(date, count, period)) }}
{% endmacro %}

{% macro default__add_periods(date, count, period) -%}
    cast({{ date }} + ({{ count }}) * interval 1 {{ period }} as date)
{%- endmacro %}
