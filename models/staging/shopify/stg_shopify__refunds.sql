{{ config(**waymark.staging_table_config('shopify')) }}

{%- set source = waymark.staging_source('shopify') %}
{%- set text = dbt.type_string() %}
{#- column: its names in REST and warehouses -#}
{%- set names = {
    'order_id': ['order_id'],
    'refund_id': ['id'],
    'refunded_at': ['processed_at', 'created_at'],
    'kind': ['kind'],
    'status': ['status'],
    'subtotal': ['subtotal'],
    'total_tax': ['total_tax'],
    'transactions': ['transactions'],
} %}

with

orders as (

    select * from {{ ref('stg_shopify__orders') }}
    where reject_reason is null

),

refund_rows as (

    {{ waymark.raw_rows(source, 'refunds') }}

),

known_orders as (

    select
        order_id,
        source_property as order_property
    from orders

),

-- REST has the refunds inside the order: those of the version that counts
orders_with_refunds as (

    select
        order_id,
        source_property,
        source_shard,
        loaded_at,
        case when refunds like '[%' then refunds end as refunds
    from orders

),

nested_refunds as (

    {{ waymark.json_elements(
        'orders_with_refunds', 'refunds', ['order_id', 'source_property', 'source_shard', 'loaded_at']
    ) }}

),

all_rows as (

    select
        raw_row,
        malformed_line,
        input_property,
        input_number,
        source_shard,
        read_at,
        'refunds' as input_table,
        cast(null as {{ text }}) as outer_order_id
    from refund_rows

    union all

    select
        element as raw_row,
        cast(null as {{ text }}) as malformed_line,
        source_property as input_property,
        0 as input_number,
        source_shard,
        loaded_at as read_at,
        'orders' as input_table,
        order_id as outer_order_id
    from nested_refunds

),

told as (

    {{ waymark.told_rows(source, 'all_rows', dict(names, **waymark.shopify_money_names(['amount']))) }}

),

numbered_rows as (

    select
        *,
        row_number() over (order by source_shard, input_table, raw_row) as row_key,
        case
            when input_table = 'refunds' then {{ waymark.shopify_id('told_order_id') }} else outer_order_id
        end as known_order_id,
        case when told_transactions like '[%' then told_transactions end as transactions
    from told

),

transactions as (

    {{ waymark.json_elements('numbered_rows', 'transactions', ['row_key']) }}

),

-- what was really paid back; a refund may be of several payments
paid_back as (

    select
        row_key as refund_key,
        cast(sum({{ waymark.try_cast(waymark.json_value('element', 'amount'), 'decimal(18, 4)') }}) as {{ text }})
            as amount
    from transactions
    where
        coalesce(lower({{ waymark.json_value('element', 'kind') }}), 'refund') = 'refund'
        and coalesce(lower({{ waymark.json_value('element', 'status') }}), 'success') = 'success'
    group by row_key

),

described as (

    select
        numbered_rows.*,
        known_orders.order_id as order_id,
        paid_back.amount as paid_back_amount,
        case when numbered_rows.transactions is not null then 'yes' end as has_transactions
    from numbered_rows
    left join known_orders
        on
            numbered_rows.known_order_id = known_orders.order_id
            and coalesce(numbered_rows.input_property, '') = coalesce(known_orders.order_property, '')
    left join paid_back on numbered_rows.row_key = paid_back.refund_key

),

{%- set lines = 'cast(' ~ waymark.try_cast('told_subtotal', 'decimal(18, 4)') ~ ' + coalesce('
    ~ waymark.try_cast('told_total_tax', 'decimal(18, 4)') ~ ', 0) as ' ~ text ~ ')' %}

{{ waymark.stage_facts(
    source,
    {
        'input_table': 'input_table',
        'refund_id': 'coalesce(' ~ waymark.shopify_id('told_refund_id') ~ ', '
            ~ dbt.hash('raw_row') ~ ')',
        'order_id': 'order_id',
        'told_order_id': 'known_order_id',
        'refunded_at': 'told_refunded_at',
        'kind': 'lower(told_kind)',
        'status': 'lower(told_status)',
        'amount': "case when has_transactions = 'yes' then coalesce(paid_back_amount, '0') else coalesce("
            ~ waymark.shopify_money('amount') ~ ', ' ~ lines ~ ') end',
    },
    rows='described',
    fact_id='refund_id',
    types={'refunded_at': 'timestamp', 'amount': 'decimal(18, 4)'},
    required=['amount'],
    reject_reasons={
        'no order id': 'told_order_id is null',
        'no such order': 'order_id is null',
        'not a refund': "kind <> 'refund'",
        'refund did not succeed': "status <> 'success'",
    },
    is_duplicate="(input_table = 'orders' and max(case when input_table = 'refunds' then 1 else 0 end)"
        ~ ' over (partition by input_property, order_id) = 1)'
        ~ ' or row_number() over (partition by input_property, order_id, input_table, refund_id'
        ~ ' order by read_at desc, source_shard desc, raw_row) > 1',
) }}
