{{ config(**waymark.staging_table_config('shopify')) }}

{%- set source = waymark.staging_source('shopify') %}
{%- set text = dbt.type_string() %}
{#- column: its names in REST, GraphQL and warehouses -#}
{%- set names = {
    'order_name': ['name'],
    'order_number': ['order_number'],
    'ordered_at': ['processed_at', 'created_at'],
    'updated_at': ['updated_at'],
    'cancelled_at': ['cancelled_at'],
    'currency': ['currency', 'currency_code', 'total_price_set_shop_currency_code'],
    'is_test': ['test'],
    'financial_status': ['financial_status', 'display_financial_status'],
    'order_source': ['source_name'],
    'payment_method': ['gateway'],
    'customer_id': ['customer_id'],
    'checkout_token': ['checkout_token'],
    'cart_token': ['cart_token'],
    'line_items': ['line_items'],
    'refunds': ['refunds'],
} %}
{%- set amounts = {
    'total': 'total_price', 'told_refunded': 'total_refunded', 'tax': 'total_tax',
    'shipping': 'total_shipping_price', 'discount': 'total_discounts',
} %}
{#- column: its name in the CSV; `Id` is only on the first row of an order -#}
{%- set csv_names = {
    'order_id': ['Id'],
    'ordered_at': ['Created at'],
    'cancelled_at': ['Cancelled at'],
    'total': ['Total'],
    'told_refunded': ['Refunded Amount'],
    'tax': ['Taxes'],
    'shipping': ['Shipping'],
    'discount': ['Discount Amount'],
    'currency': ['Currency'],
    'financial_status': ['Financial Status'],
    'order_source': ['Source'],
    'payment_method': ['Payment Method'],
} %}

with

order_rows as (

    {{ waymark.raw_rows(source, 'orders') }}

),

csv_rows as (

    {{ waymark.raw_rows(source, 'orders_csv') }}

),

told_orders as (

    {{ waymark.told_rows(source, 'order_rows', dict(
        names, order_id=['id'], **waymark.shopify_money_names(amounts.values() | list)
    )) }}

),

told_lines as (

    {{ waymark.told_rows(source, 'csv_rows', dict(csv_names, order_name=['Name'])) }}

),

-- the fields of an order are only on the first of its rows, one for each line item
csv_orders as (

    select
        input_property,
        input_number,
        source_shard,
        read_at,
        {{ waymark.shopify_id('told_order_name') }} as order_name
        {%- for column in csv_names %},
        max(told_{{ column }}) as {{ column }}
        {%- endfor %},
        max(case when coalesce(told_ordered_at, told_total) is not null then raw_row end) as raw_row
    from told_lines
    where told_order_name is not null
    group by 1, 2, 3, 4, 5

),

-- an order that goes on in a second file has its fields in the first
all_orders as (

    select
        raw_row,
        malformed_line,
        input_property,
        input_number,
        source_shard,
        read_at,
        'orders' as input_table,
        {{ waymark.shopify_id('told_order_id') }} as order_id
        {%- for column in names %},
        told_{{ column }} as {{ column }}
        {%- endfor %}
        {%- for column, theirs in amounts.items() %},
        {{ waymark.shopify_money(theirs) }} as {{ column }}
        {%- endfor %}
    from told_orders

    union all

    select
        raw_row,
        cast(null as {{ text }}) as malformed_line,
        input_property,
        input_number,
        source_shard,
        read_at,
        'orders_csv' as input_table,
        coalesce({{ waymark.shopify_id('order_id') }}, order_name) as order_id,
        order_name,
        cast(null as {{ text }}) as order_number,
        ordered_at,
        cast(null as {{ text }}) as updated_at,
        cancelled_at,
        currency,
        -- the export does not say it, but the gateway for tests is nobody's money
        case when lower(payment_method) like '%bogus%' then 'true' end as is_test,
        financial_status,
        order_source,
        payment_method,
        cast(null as {{ text }}) as customer_id,
        cast(null as {{ text }}) as checkout_token,
        cast(null as {{ text }}) as cart_token,
        cast(null as {{ text }}) as line_items,
        cast(null as {{ text }}) as refunds,
        total,
        told_refunded,
        tax,
        shipping,
        discount
    from csv_orders
    where raw_row is not null

),

{{ waymark.stage_facts(
    source,
    {
        'input_table': 'input_table',
        'order_id': 'order_id',
        'order_name': 'order_name',
        'order_number': waymark.shopify_id('order_number'),
        'ordered_at': 'ordered_at',
        'updated_at': 'updated_at',
        'cancelled_at': 'cancelled_at',
        'total': 'total',
        'told_refunded': 'told_refunded',
        'tax': 'tax',
        'shipping': 'shipping',
        'discount': 'discount',
        'currency': 'upper(currency)',
        'is_test': 'is_test',
        'financial_status': 'lower(' ~ waymark.regex_replace('financial_status', ' ', '_') ~ ')',
        'order_source': 'lower(order_source)',
        'payment_method': 'payment_method',
        'customer_id': waymark.shopify_id('customer_id'),
        'checkout_token': 'checkout_token',
        'cart_token': 'cart_token',
        'line_items': 'line_items',
        'refunds': 'refunds',
    },
    rows='all_orders',
    fact_id='order_id',
    types={
        'ordered_at': 'timestamp', 'updated_at': 'timestamp', 'cancelled_at': 'timestamp',
        'total': 'decimal(18, 4)', 'told_refunded': 'decimal(18, 4)', 'tax': 'decimal(18, 4)',
        'shipping': 'decimal(18, 4)', 'discount': 'decimal(18, 4)', 'is_test': 'boolean',
    },
    required=['order_id', 'ordered_at', 'total'],
    is_duplicate="row_number() over (partition by input_property, order_id"
        ~ " order by case when input_table = 'orders' then 0 else 1 end, coalesce(updated_at, read_at) desc,"
        ~ " read_at desc, source_shard desc, raw_row) > 1",
) }}
