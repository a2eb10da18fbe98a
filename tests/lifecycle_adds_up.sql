{{ config(enabled=(project_name == 'waymark')) }}

-- Whoever was ever active was new once; and who is active in a period was active in the one before,
-- or is new, or came back: of those before, the returning and the dormant are all.

with

statuses as (

    select
        activity,
        period,
        period_start,
        sum(case when lifecycle_status = 'new' then visitors else 0 end) as new_visitors,
        sum(case when lifecycle_status <> 'dormant' then visitors else 0 end) as active_visitors,
        sum(case when lifecycle_status in ('returning', 'dormant') then visitors else 0 end)
            as visitors_before
    from {{ ref('visitor_lifecycle') }}
    group by activity, period, period_start

),

chained as (

    select
        *,
        lag(active_visitors, 1, 0) over (
            partition by activity, period
            order by period_start
        ) as active_before
    from statuses

),

ever_new as (

    select
        activity,
        period,
        sum(new_visitors) as visitors
    from statuses
    group by activity, period

),

ever_active as (

    select
        activity,
        count(distinct visitor_key) as visitors
    from {{ ref('int_activity_days') }}
    group by activity

)

select
    activity,
    period,
    period_start,
    visitors_before as found,
    active_before as expected
from chained
where visitors_before <> active_before

union all

select
    ever_active.activity,
    ever_new.period,
    cast(null as date) as period_start,
    ever_new.visitors as found,
    ever_active.visitors as expected
from ever_active
left join ever_new on ever_active.activity = ever_new.activity
where coalesce(ever_new.visitors, 0) <> ever_active.visitors
