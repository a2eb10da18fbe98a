{% macro order_to_us(event_order) %}
    {{ return(adapter.dispatch('order_to_us', 'waymark')(event_order)) }}
{% endmacro %}

{# event_order is microseconds times 1000 plus the rank inside a tie. #}
{% macro default__order_to_us(event_order) -%}
    {{ waymark.whole_division(event_order, 1000) }}
{%- endmacro %}

{% macro clickhouse__order_to_us(event_order) -%}
    intDiv({{ event_order }}, 1000)
{%- endmacro %}

{% macro spark__order_to_us(event_order) -%}
    ({{ event_order }} div 1000)
{%- endmacro %}

{% macro bigquery__order_to_us(event_order) -%}
    {{ waymark.whole_division(event_order, 1000) }}
{%- endmacro %}

{% macro snowflake__order_to_us(event_order) -%}
    {{ waymark.whole_division(event_order, 1000) }}
{%- endmacro %}
