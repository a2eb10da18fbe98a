{%- set text = dbt.type_string() %}
{%- set number = 'decimal(18, 4)' %}
{%- set names = [] %}
{%- for name in waymark.purchase_event_names() %}
    {%- do names.append(waymark.text_literal(name)) %}
{%- endfor %}
{%- set item_values = {} %}
{%- for key in [
    'item_id', 'item_name', 'item_variant', 'item_brand', 'item_category', 'coupon', 'quantity', 'price',
    'item_revenue', 'item_refund',
] %}
    {%- do item_values.update({key: waymark.json_value('element', key)}) %}
{%- endfor %}

with

-- the purchases and refunds of analytics, with the list of items as GA4 sends it
tracked as (

    select
        source_name,
        source_property,
        event_id,
        event_at,
        transaction_id,
        currency,
        case when lower(event_name) = 'refund' then 1 else 0 end as is_refund_event,
        {{ waymark.json_value('properties', 'items') }} as items
    from {{ ref('events') }}
    where lower(event_name) in ('refund', {{ names | join(', ') }})

),

lists as (

    select
        *,
        case when items like '[%' then items end as item_list
    from tracked

),

tracked_items as (

    {{ waymark.json_elements('lists', 'item_list', [
        'source_name', 'source_property', 'event_id', 'event_at', 'transaction_id', 'currency', 'is_refund_event',
    ]) }}

),

typed_items as (

    select
        source_name,
        source_property,
        event_id,
        event_at,
        transaction_id,
        currency,
        is_refund_event,
        element_number
        {%- for key, value in item_values.items() %},
        {% if key in ['quantity', 'price', 'item_revenue', 'item_refund'] -%}
        {{ waymark.try_cast(value, number) }} as {{ key }}
        {%- else -%}
        nullif(nullif({{ value }}, ''), '(not set)') as {{ key }}
        {%- endif %}
        {%- endfor %}
    from tracked_items

),

priced_items as (

    select
        *,
        cast(price * coalesce(quantity, 1) as {{ number }}) as worth
    from typed_items

),

{% if 'shopify' in waymark.load_config().sources -%}
orders as (

    select * from {{ ref('orders') }}

),

shopify_lines as (

    select * from {{ ref('stg_shopify__order_lines') }}
    where reject_reason is null

),

{% endif -%}
final as (

    {% if 'shopify' in waymark.load_config().sources -%}
    select
        orders.source_name as source_name,
        orders.source_property as source_property,
        shopify_lines.line_id as order_item_id,
        orders.order_id as order_id,
        orders.transaction_id as transaction_id,
        cast(null as {{ text }}) as event_id,
        false as is_refund,
        orders.is_counted as is_counted,
        orders.ordered_at as ordered_at,
        coalesce(shopify_lines.product_id, shopify_lines.sku) as item_id,
        shopify_lines.sku as sku,
        shopify_lines.item_name as item_name,
        shopify_lines.variant as item_variant,
        shopify_lines.vendor as item_brand,
        cast(null as {{ text }}) as item_category,
        cast(null as {{ text }}) as coupon,
        shopify_lines.quantity as quantity,
        shopify_lines.price as price,
        shopify_lines.quantity * shopify_lines.price - coalesce(shopify_lines.discount, 0) as revenue,
        cast(null as {{ number }}) as refunded,
        orders.currency as currency
    from shopify_lines
    inner join orders
        on
            shopify_lines.source_name = orders.source_name
            and coalesce(shopify_lines.source_property, '') = coalesce(orders.source_property, '')
            and shopify_lines.order_id = orders.order_id

    union all

    {% endif -%}
    select
        source_name,
        source_property,
        event_id || '-' || cast(element_number as {{ text }}) as order_item_id,
        cast(null as {{ text }}) as order_id,
        transaction_id,
        event_id,
        is_refund_event = 1 as is_refund,
        true as is_counted,
        event_at as ordered_at,
        item_id,
        cast(null as {{ text }}) as sku,
        item_name,
        item_variant,
        item_brand,
        item_category,
        coupon,
        quantity,
        price,
        case when is_refund_event = 0 then coalesce(item_revenue, worth) end as revenue,
        case when is_refund_event = 1 then coalesce(item_refund, item_revenue, worth) end
            as refunded,
        currency
    from priced_items

)

select

    ---------- ids
    source_name,
    source_property,
    order_item_id,
    order_id,
    transaction_id,
    event_id,

    ---------- what it is
    is_refund,
    is_counted,
    ordered_at,
    item_id,
    sku,
    item_name,
    item_variant,
    item_brand,
    item_category,
    coupon,

    ---------- money
    quantity,
    price,
    cast(revenue as {{ number }}) as revenue,
    cast(refunded as {{ number }}) as refunded,
    currency

from final
