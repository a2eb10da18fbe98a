{%- set number = 'decimal(33, 4)' %}

with

records as (

    select
        *,
        coalesce(order_currency, analytics_currency) as currency,
        case when is_expected then 1 else 0 end as expected,
        case when is_expected and event_key is not null then 1 else 0 end as seen
    from {{ ref('order_reconciliation') }}

),

counted as (

    select
        analytics_source,
        source_name,
        source_property,
        record_date,
        currency,
        sum(case when record_type = 'order' then 1 else 0 end) as orders,
        sum(expected) as expected_orders,
        sum(seen) as seen_orders,
        sum(case when expected = 1 then order_total else 0 end) as expected_total,
        sum(case when seen = 1 then order_total else 0 end) as seen_total,
        sum(case when seen = 1 then value_difference end) as value_difference,
        sum(case when status = 'duplicate_purchase' then 1 else 0 end) as duplicate_purchases,
        sum(case when status = 'duplicate_purchase' then analytics_value else 0 end)
            as duplicate_value,
        sum(case when status = 'unexplained_purchase' then 1 else 0 end) as unexplained_purchases,
        sum(case when status = 'unexplained_purchase' then analytics_value else 0 end)
            as unexplained_value
    from records
    group by 1, 2, 3, 4, 5

),

final as (

    select
        *,
        expected_orders - seen_orders as missed_orders,
        expected_total - seen_total as missed_total
    from counted

)

select

    ---------- ids
    analytics_source,
    source_name,
    source_property,
    record_date,
    currency,

    ---------- what the shop sold, and analytics saw of it
    {% for column in ['orders', 'expected_orders', 'seen_orders', 'missed_orders'] -%}
    cast({{ column }} as {{ dbt.type_bigint() }}) as {{ column }},
    {% endfor -%}
    {{ waymark.rate('missed_orders', 'expected_orders') }} as missed_order_rate,
    {% for column in ['expected_total', 'seen_total', 'missed_total'] -%}
    cast({{ column }} as {{ number }}) as {{ column }},
    {% endfor -%}
    {{ waymark.rate('missed_total', 'expected_total') }} as missed_total_rate,
    cast(value_difference as {{ number }}) as value_difference,

    ---------- what analytics saw beside it
    cast(duplicate_purchases as {{ dbt.type_bigint() }}) as duplicate_purchases,
    cast(duplicate_value as {{ number }}) as duplicate_value,
    cast(unexplained_purchases as {{ dbt.type_bigint() }}) as unexplained_purchases,
    cast(unexplained_value as {{ number }}) as unexplained_value

from final
