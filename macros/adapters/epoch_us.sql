{% macro epoch_us(timestamp) %}
    {{ return(adapter.dispatch('epoch_us', 'waymark')(timestamp)) }}
{% endmacro %}

{% macro default__epoch_us(timestamp) -%}
    epoch_us({{ timestamp }})
{%- endmacro %}
