{%- set text = dbt.type_string() %}
{%- set number = 'decimal(18, 4)' %}
{%- set names = [] %}
{%- for name in waymark.purchase_event_names() %}
    {%- do names.append(waymark.text_literal(name)) %}
{%- endfor %}

with

orders as (

    select
        *,
        1 as joins_all
    from {{ ref('orders') }}

),

events as {{ waymark.not_materialized() }}(

    select * from {{ ref('events') }}

),

shop_days as (

    select
        min(order_date) as first_order_date,
        max(order_date) as last_order_date
    from orders

),

-- what analytics tells of orders, on the days that the shop tells of: none without a shop
purchases as (

    select
        events.event_key as event_key,
        events.event_id as event_id,
        events.source_name as analytics_source,
        events.event_at as event_at,
        events.event_date as event_date,
        events.event_order as event_order,
        events.visitor_key as visitor_key,
        events.visitor_id as visitor_id,
        events.session_key as session_key,
        events.session_id as session_id,
        events.channel as channel,
        events.campaign as campaign,
        events.value as value,
        events.currency as currency,
        events.transaction_id as transaction_id,
        {{ waymark.regex_replace("lower(trim(events.transaction_id))", '^#', '') }} as order_text
    from events
    cross join shop_days
    where
        lower(events.event_name) in ({{ names | join(', ') }})
        and events.event_date between shop_days.first_order_date and shop_days.last_order_date

),

all_days as (

    select
        min(event_date) as first_event_date,
        max(event_date) as last_event_date
    from events

),

-- each analytics source by itself: two that see one order are no duplicates of each other
analytics_days as (

    select
        source_name as analytics_source,
        min(event_date) as first_event_date,
        max(event_date) as last_event_date,
        1 as joins_all
    from events
    where source_name in (select purchases.analytics_source from purchases)
    group by source_name

    union all

    select
        cast(null as {{ text }}) as analytics_source,
        first_event_date,
        last_event_date,
        1 as joins_all
    from all_days
    where (select count(*) from purchases) = 0

),

order_texts as (

    {% for column, said in [
        ('order_id', 'order id'), ('order_name', 'order name'), ('order_number', 'order number'),
        ('checkout_token', 'checkout token'),
    ] -%}
    select
        order_key,
        ordered_at,
        {{ loop.index }} as match_rank,
        '{{ said }}' as matched_by,
        {{ waymark.regex_replace("lower(trim(" ~ column ~ "))", '^#', '') }} as order_text
    from orders
    where {{ column }} is not null
    {{ 'union all' if not loop.last }}
    {% endfor %}
),

candidates as (

    select
        purchases.event_key as event_key,
        order_texts.order_key as order_key,
        order_texts.matched_by as matched_by,
        row_number() over (
            partition by purchases.event_key
            order by
                order_texts.match_rank,
                abs({{ waymark.seconds_between('order_texts.ordered_at', 'purchases.event_at') }}),
                order_texts.order_key
        ) as candidate_number
    from purchases
    inner join order_texts on purchases.order_text = order_texts.order_text

),

explained as (

    select
        purchases.*,
        candidates.order_key as order_key,
        candidates.matched_by as matched_by,
        row_number() over (
            partition by purchases.analytics_source, candidates.order_key
            order by purchases.event_order, purchases.event_id
        ) as purchase_number,
        count(*) over (partition by purchases.analytics_source, candidates.order_key) as purchases
    from purchases
    left join candidates
        on
            purchases.event_key = candidates.event_key
            and candidates.candidate_number = 1

),

first_purchases as (

    select * from explained
    where
        order_key is not null
        and purchase_number = 1

),

other_purchases as (

    select * from explained
    where
        order_key is null
        or purchase_number > 1

),

order_rows as (

    select
        'order' as record_type,
        analytics_days.analytics_source as analytics_source,
        orders.order_key as order_key,
        orders.source_name as source_name,
        orders.source_property as source_property,
        orders.order_id as order_id,
        orders.order_name as order_name,
        orders.order_date as record_date,
        orders.ordered_at as ordered_at,
        orders.total as order_total,
        orders.net as order_net,
        orders.currency as order_currency,
        orders.sales_channel as sales_channel,
        orders.is_counted as is_counted,
        coalesce(
            orders.is_counted
            and orders.sales_channel = 'web'
            and orders.order_date >= analytics_days.first_event_date
            and orders.order_date <= analytics_days.last_event_date,
            false
        ) as is_expected,
        first_purchases.matched_by as matched_by,
        first_purchases.purchases as purchases,
        first_purchases.event_key as event_key,
        first_purchases.event_id as event_id,
        first_purchases.transaction_id as transaction_id,
        first_purchases.event_at as event_at,
        first_purchases.visitor_key as visitor_key,
        first_purchases.visitor_id as visitor_id,
        first_purchases.session_key as session_key,
        first_purchases.session_id as session_id,
        first_purchases.channel as channel,
        first_purchases.campaign as campaign,
        first_purchases.value as analytics_value,
        first_purchases.currency as analytics_currency,
        orders.order_date between analytics_days.first_event_date and analytics_days.last_event_date
            as is_in_data
    from orders
    inner join analytics_days on orders.joins_all = analytics_days.joins_all
    left join first_purchases
        on
            orders.order_key = first_purchases.order_key
            and analytics_days.analytics_source = first_purchases.analytics_source

),

purchase_rows as (

    select
        'purchase' as record_type,
        other_purchases.analytics_source as analytics_source,
        other_purchases.order_key as order_key,
        orders.source_name as source_name,
        orders.source_property as source_property,
        orders.order_id as order_id,
        orders.order_name as order_name,
        other_purchases.event_date as record_date,
        orders.ordered_at as ordered_at,
        orders.total as order_total,
        orders.net as order_net,
        orders.currency as order_currency,
        orders.sales_channel as sales_channel,
        orders.is_counted as is_counted,
        false as is_expected,
        other_purchases.matched_by as matched_by,
        cast(null as {{ dbt.type_bigint() }}) as purchases,
        other_purchases.event_key as event_key,
        other_purchases.event_id as event_id,
        other_purchases.transaction_id as transaction_id,
        other_purchases.event_at as event_at,
        other_purchases.visitor_key as visitor_key,
        other_purchases.visitor_id as visitor_id,
        other_purchases.session_key as session_key,
        other_purchases.session_id as session_id,
        other_purchases.channel as channel,
        other_purchases.campaign as campaign,
        other_purchases.value as analytics_value,
        other_purchases.currency as analytics_currency,
        true as is_in_data
    from other_purchases
    left join orders on other_purchases.order_key = orders.order_key

),

compared as (

    select
        *,
        case
            when analytics_currency <> order_currency then null
            else analytics_value - order_total
        end as value_difference
    from (
        select * from order_rows
        union all
        select * from purchase_rows
    ) as all_rows

),

final as (

    select
        *,
        {{ waymark.seconds_between('ordered_at', 'event_at') }} / 86400.0 as days_late,
        case
            when record_type = 'purchase' and order_key is null then 'unexplained_purchase'
            when record_type = 'purchase' then 'duplicate_purchase'
            when not is_counted then 'not_counted'
            when event_key is not null and value_difference is null then 'seen_without_value'
            when event_key is not null and abs(value_difference) < 0.01 then 'seen'
            when event_key is not null then 'seen_with_other_value'
            when not coalesce(is_in_data, false) then 'outside_data'
            when sales_channel <> 'web' then 'not_expected'
            else 'missed'
        end as status
    from compared

)

select

    ---------- what it is
    record_type,
    status,
    record_date,

    ---------- the order, as the shop has it
    source_name,
    source_property,
    order_key,
    order_id,
    order_name,
    ordered_at,
    order_total,
    order_net,
    order_currency,
    sales_channel,
    is_counted,
    is_expected,

    ---------- the purchase, as analytics has it
    analytics_source,
    matched_by,
    cast(purchases as {{ dbt.type_bigint() }}) as purchases,
    event_key,
    event_id,
    transaction_id,
    event_at,
    visitor_key,
    visitor_id,
    session_key,
    session_id,
    channel,
    campaign,
    analytics_value,
    analytics_currency,

    ---------- the difference
    cast(value_difference as {{ number }}) as value_difference,
    cast(days_late as {{ waymark.sql_type('double') }}) as days_late

from final
