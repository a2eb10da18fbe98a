{{ config(**waymark.staging_table_config('shopify')) }}

{%- set source = waymark.staging_source('shopify') %}
{%- set text = dbt.type_string() %}
{#- column: its name in REST and warehouses, in the CSV -#}
{%- set names = {
    'order_id': ['order_id'],
    'order_name': ['Name'],
    'line_id': ['id'],
    'total': ['Total'],
    'line_price': ['Lineitem price'],
    'product_id': ['product_id'],
    'variant_id': ['variant_id'],
    'sku': ['sku', 'Lineitem sku'],
    'item_name': ['title', 'name', 'Lineitem name'],
    'variant': ['variant_title'],
    'vendor': ['vendor', 'Vendor'],
    'quantity': ['quantity', 'Lineitem quantity'],
    'discount': ['total_discount', 'Lineitem discount'],
} %}

with

orders as (

    select * from {{ ref('stg_shopify__orders') }}
    where reject_reason is null

),

line_rows as (

    {{ waymark.raw_rows(source, 'order_lines') }}

),

csv_rows as (

    {{ waymark.raw_rows(source, 'orders_csv') }}

),

-- REST has the lines inside the order: those of the version that counts
orders_with_lines as (

    select
        order_id,
        source_property,
        source_shard,
        loaded_at,
        case when line_items like '[%' then line_items end as line_items
    from orders

),

nested_lines as (

    {{ waymark.json_elements(
        'orders_with_lines', 'line_items', ['order_id', 'source_property', 'source_shard', 'loaded_at']
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
        'order_lines' as input_table,
        cast(null as {{ text }}) as outer_order_id
    from line_rows

    union all

    select
        raw_row,
        malformed_line,
        input_property,
        input_number,
        source_shard,
        read_at,
        'orders_csv' as input_table,
        cast(null as {{ text }}) as outer_order_id
    from csv_rows

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
    from nested_lines

),

told as (

    {{ waymark.told_rows(source, 'all_rows', dict(names, **waymark.shopify_money_names(['price']))) }}

),

identified as (

    select
        *,
        case input_table
            when 'order_lines' then {{ waymark.shopify_id('told_order_id') }}
            when 'orders' then outer_order_id
        end as known_order_id,
        case when input_table = 'orders_csv' then {{ waymark.shopify_id('told_order_name') }} end as known_order_name
    from told

),

known_orders as (

    select
        order_id as known_id,
        source_property as order_property,
        source_shard as order_shard,
        input_table as order_table
    from orders

),

-- an order of the CSV is known by its name
orders_of_csv as (

    select
        order_name,
        source_property as csv_property,
        min(order_id) as csv_order_id,
        {{ waymark.min_by('source_shard', ['order_id']) }} as csv_order_shard,
        {{ waymark.min_by('input_table', ['order_id']) }} as csv_order_table
    from orders
    where order_name is not null
    group by order_name, source_property

),

described as (

    select
        identified.*,
        coalesce(known_orders.known_id, orders_of_csv.csv_order_id) as order_id,
        coalesce(identified.known_order_id, identified.known_order_name) as told_order,
        coalesce(known_orders.order_table, orders_of_csv.csv_order_table) as order_table,
        coalesce(known_orders.order_shard, orders_of_csv.csv_order_shard) as order_shard
    from identified
    left join known_orders
        on
            identified.known_order_id = known_orders.known_id
            and coalesce(identified.input_property, '') = coalesce(known_orders.order_property, '')
    left join orders_of_csv
        on
            identified.known_order_name = orders_of_csv.order_name
            and coalesce(identified.input_property, '') = coalesce(orders_of_csv.csv_property, '')

),

-- files in which the order itself stands; it may go on in one in which it does not
shards_of_orders as (

    select distinct
        input_property,
        source_shard,
        told_order
    from described
    where
        input_table = 'orders_csv'
        and told_total is not null

),

versioned as (

    select
        described.*,
        case
            when described.input_table <> described.order_table and described.order_table = 'orders_csv' then 1
            when described.input_table = 'orders_csv' and described.order_table = 'orders' then 1
            when
                described.input_table = 'orders_csv'
                and described.order_shard <> described.source_shard
                and shards_of_orders.told_order is not null
                then 1
            else 0
        end as is_other_version
    from described
    left join shards_of_orders
        on
            described.told_order = shards_of_orders.told_order
            and described.source_shard = shards_of_orders.source_shard
            and coalesce(described.input_property, '') = coalesce(shards_of_orders.input_property, '')

),

-- a CSV has no ids of lines, and two equal lines of one order are two
numbered as (

    select
        *,
        case
            when input_table = 'orders_csv'
                then order_id || '-' || cast(row_number() over (
                    partition by
                        input_property,
                        told_order,
                        is_other_version,
                        case when is_other_version = 1 then source_shard end
                    order by source_shard, raw_row
                ) as {{ text }})
            else coalesce(told_line_id, order_id || '-' || {{ dbt.hash('raw_row') }})
        end as line_id
    from versioned

),

{{ waymark.stage_facts(
    source,
    {
        'input_table': 'input_table',
        'line_id': waymark.shopify_id('line_id'),
        'order_id': 'order_id',
        'product_id': waymark.shopify_id('told_product_id'),
        'variant_id': waymark.shopify_id('told_variant_id'),
        'sku': waymark.shopify_id('told_sku'),
        'item_name': 'told_item_name',
        'variant': 'told_variant',
        'vendor': 'told_vendor',
        'quantity': 'told_quantity',
        'price': 'coalesce(' ~ waymark.shopify_money('price') ~ ', told_line_price)',
        'discount': 'told_discount',
        'told_order': 'told_order',
        'other_version': "case when is_other_version = 1 then 'yes' end",
    },
    rows='numbered',
    fact_id='line_id',
    types={'quantity': 'decimal(18, 4)', 'price': 'decimal(18, 4)', 'discount': 'decimal(18, 4)'},
    required=['quantity', 'price'],
    reject_reasons={'no order id': 'told_order is null', 'no such order': 'order_id is null'},
    is_duplicate="other_version = 'yes' or row_number() over (partition by input_property, order_id, line_id"
        ~ " order by case when other_version = 'yes' then 1 else 0 end,"
        ~ " case when input_table = 'order_lines' then 0 else 1 end, read_at desc, source_shard desc, raw_row) > 1",
) }}
