{% macro purchase_event_names() %}
    {{ return([
        'checkout completed', 'checkout_completed', 'ecommerce order', 'ecommerce_order', 'ecommerceorder',
        'ecommerce_purchase', 'in_app_purchase', 'order completed', 'order_completed', 'order placed', 'order_placed',
        'purchase', 'purchase completed', 'purchase_completed', 'transaction',
    ]) }}
{% endmacro %}
