-- How long do people take to order, and when do we stop waiting?
-- `dbt show --select how_long_do_they_take_to_convert --limit 20`
-- Read off: `share` is how much of the conversion of 30 days has come by then. Stop waiting where
-- another row adds too little to matter; that is the window for the funnel. A `p90_days` close to
-- the wait says that it cuts off people who are still on their way.
-- Definition: the funnel `checkout` with each window in turn, over the same entries, those that
-- are 30 days old. Within the one window of the funnel, `funnel_time_to_convert` has the
-- histogram.
{%- set waits = ['10 minutes', '1 hour', '1 day', '3 days', '7 days', '14 days', '30 days'] %}
with

goal_completions as (

    select * from {{ ref('goal_completions') }}

),

data_end as (

    select max(event_at) as last_event_at
    from {{ ref('events') }}

),

-- who entered later has not had the longest wait
completions as (

    select goal_completions.*
    from goal_completions
    cross join data_end
    where
        goal_completions.goal_name <> 'viewed_product'
        or {{ waymark.add_seconds('goal_completions.completed_at', 30 * 86400) }}
        <= data_end.last_event_at

),

{% for wait in waits -%}
wait_{{ loop.index }} as (

    {{ waymark.funnel(
        'completions',
        unit='visitor_key',
        event_order='event_order',
        step='goal_name',
        steps=['viewed_product', 'added_to_cart', 'began_checkout', 'order_placed'],
        window=wait
    ) }}

),

{% endfor -%}
waits as (

    {% for wait in waits -%}
    select
        {{ loop.index }} as wait_number,
        '{{ wait }}' as waited,
        units_reached,
        conversion_rate,
        p90_seconds_from_first / 86400 as p90_days
    from wait_{{ loop.index }}
    where step_number = 4
    {{ 'union all' if not loop.last }}

    {% endfor %}
),

final as (

    select
        waited,
        units_reached as converted,
        units_reached - lag(units_reached, 1, 0) over (order by wait_number) as added,
        conversion_rate,
        {{ waymark.rate('units_reached', 'max(units_reached) over ()') }} as share,
        p90_days,
        wait_number
    from waits

)

select
    waited,
    converted,
    added,
    conversion_rate,
    share,
    p90_days
from final
order by wait_number
