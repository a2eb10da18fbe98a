{% macro order_to_local_date(event_order, timezone) -%}
    {{ waymark.period_start(
        waymark.to_local_time(
            waymark.timestamp_from_us(waymark.order_to_us(event_order)), timezone
        ),
        'day'
    ) }}
{%- endmacro %}
