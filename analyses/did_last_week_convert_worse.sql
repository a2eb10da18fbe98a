-- Did last week's entries convert worse than those of the weeks before?
-- `dbt show --select did_last_week_convert_worse --limit 50`
-- Read off: the first row of each funnel is its last mature week, the last whose every entry has
-- had its whole window. (Younger ones are left out: they look worse because they are not done.) It
-- is worse if `difference_high` is below 0. The rows below show how often that was so before.
-- Definition: conversion to the last step by week of entry, and that of the four weeks before it
-- together; 95 % intervals (Newcombe's, from the Wilson intervals of both rates).
with

funnel_trends as (

    select * from {{ ref('funnel_trends') }}

),

weeks as (

    select
        *,
        max(step_number) over (partition by funnel_name) as last_step_number
    from funnel_trends
    where
        period = 'week'
        and is_mature

),

compared as (

    select
        funnel_name,
        period_start,
        units_entered,
        units_reached,
        {% for units in ['entered', 'reached'] -%}
        sum(units_{{ units }}) over (
            partition by funnel_name
            order by period_start
            rows between 4 preceding and 1 preceding
        ) as before_{{ units }}{{ ',' if not loop.last }}
        {% endfor %}
    from weeks
    where step_number = last_step_number

),

rates as (

    select
        {% for rate, prefix in [('rate', 'units'), ('before_rate', 'before')] -%}
        {{ waymark.rate(prefix ~ '_reached', prefix ~ '_entered') }} as {{ rate }},
        {% for side, end in [('lower', 'low'), ('upper', 'high')] -%}
        {{ waymark.wilson_bound(prefix ~ '_reached', prefix ~ '_entered', side) }}
            as {{ rate }}_{{ end }},
        {% endfor -%}
        {% endfor -%}
        funnel_name,
        period_start
    from compared
    where before_entered > 0

),

final as (

    select
        funnel_name,
        period_start as week,
        rate as conversion_rate,
        before_rate,
        rate - before_rate
        - sqrt(power(rate - rate_low, 2) + power(before_rate_high - before_rate, 2))
            as difference_low,
        rate - before_rate
        + sqrt(power(rate_high - rate, 2) + power(before_rate - before_rate_low, 2))
            as difference_high
    from rates

)

select * from final
order by funnel_name asc, week desc
