{%- set timezone = waymark.load_config().timezone %}
{%- set text = dbt.type_string() %}

with

{% if 'shopify' in waymark.load_config().sources -%}
shopify_orders as (

    select * from {{ ref('stg_shopify__orders') }}
    where reject_reason is null

),

refunds as (

    select
        source_property,
        order_id,
        sum(amount) as amount
    from {{ ref('stg_shopify__refunds') }}
    where reject_reason is null
    group by 1, 2

),

shop_orders as (

    select
        shopify_orders.source_name as source_name,
        shopify_orders.source_property as source_property,
        shopify_orders.order_id as order_id,
        shopify_orders.order_name,
        coalesce(
            shopify_orders.order_number,
            case
                when {{ waymark.regex_matches('shopify_orders.order_name', '^#?[0-9]+$') }}
                    then replace(shopify_orders.order_name, '#', '')
            end
        ) as order_number,
        shopify_orders.checkout_token,
        shopify_orders.cart_token,
        shopify_orders.customer_id,
        shopify_orders.ordered_at,
        shopify_orders.updated_at,
        shopify_orders.cancelled_at,
        shopify_orders.total,
        coalesce(refunds.amount, shopify_orders.told_refunded, 0) as refunded,
        shopify_orders.tax,
        shopify_orders.shipping,
        shopify_orders.discount,
        shopify_orders.currency,
        shopify_orders.financial_status,
        coalesce(shopify_orders.is_test, false) as is_test,
        shopify_orders.order_source
    from shopify_orders
    left join refunds
        on
            shopify_orders.order_id = refunds.order_id
            and coalesce(shopify_orders.source_property, '') = coalesce(refunds.source_property, '')

),
{%- else -%}
shop_orders as (

    {{ waymark.empty_relation({
        'source_name': 'text',
        'source_property': 'text',
        'order_id': 'text',
        'order_name': 'text',
        'order_number': 'text',
        'checkout_token': 'text',
        'cart_token': 'text',
        'customer_id': 'text',
        'ordered_at': 'timestamp',
        'updated_at': 'timestamp',
        'cancelled_at': 'timestamp',
        'total': 'decimal(18, 4)',
        'refunded': 'decimal(18, 4)',
        'tax': 'decimal(18, 4)',
        'shipping': 'decimal(18, 4)',
        'discount': 'decimal(18, 4)',
        'currency': 'text',
        'financial_status': 'text',
        'is_test': 'boolean',
        'order_source': 'text',
    }) }}

),
{%- endif %}

judged as (

    select
        *,
        case
            when is_test then 'test'
            when cancelled_at is not null then 'cancelled'
            when financial_status in ('voided', 'expired', 'pending') then financial_status
        end as not_counted_because
    from shop_orders

),

final as (

    select
        *,
        not_counted_because is null as is_counted,
        case
            when order_source is null then 'web'
            -- the number of the online store as an app
            when order_source in ('web', 'online_store', 'online store', '580111') then 'web'
            when order_source in ('pos', '129785') then 'pos'
            -- the apps of the shop's staff
            when order_source in ('shopify_draft_order', '1354745', 'iphone', 'android')
                then 'draft'
            else 'other'
        end as sales_channel
    from judged

)

select

    ---------- ids
    {{ waymark.surrogate_key(
        "source_name || '|' || coalesce(source_property, '') || '|' || order_id"
    ) }} as order_key,
    source_name,
    source_property,
    order_id,
    order_name,
    order_number,
    order_id as transaction_id,
    checkout_token,
    cart_token,
    customer_id,

    ---------- time
    ordered_at,
    {{ waymark.period_start(waymark.to_local_time('ordered_at', timezone), 'day') }} as order_date,
    updated_at,
    cancelled_at,

    ---------- money
    total,
    cast(refunded as decimal(18, 4)) as refunded,
    cast(total - refunded as decimal(18, 4)) as net,
    tax,
    shipping,
    discount,
    currency,

    ---------- what counts
    financial_status,
    is_test,
    cancelled_at is not null as is_cancelled,
    is_counted,
    not_counted_because,
    order_source,
    sales_channel

from final
