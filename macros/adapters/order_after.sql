{% macro order_after(event_order, seconds) %}
    {{ return(adapter.dispatch('order_after', 'waymark')(event_order, seconds)) }}
{% endmacro %}

{# The first place in time that is at least so many seconds later. #}
{% macro default__order_after(event_order, seconds) -%}
    (({{ waymark.order_to_us(event_order) }} + {{ seconds * 1000000 }}) * 1000)
{%- endmacro %}
