{{ config(enabled=(project_name == 'waymark')) }}

-- Active on at least one day of a period means active in the period.

with

active as (

    select
        activity,
        period,
        period_start,
        sum(visitors) as visitors
    from {{ ref('visitor_lifecycle') }}
    where
        period <> 'day'
        and lifecycle_status <> 'dormant'
    group by activity, period, period_start

),

sticky as (

    select
        activity,
        period,
        period_start,
        sum(visitors) as visitors,
        max(visitors_at_least) as visitors_at_least,
        sum(share) as share
    from {{ ref('visitor_stickiness') }}
    group by activity, period, period_start

)

select
    active.activity,
    active.visitors as active_visitors,
    sticky.*
from active
full outer join sticky
    on
        active.activity = sticky.activity
        and active.period = sticky.period
        and active.period_start = sticky.period_start
where
    active.visitors is distinct from sticky.visitors
    or active.visitors is distinct from sticky.visitors_at_least
    or abs(coalesce(sticky.share, 1) - 1) > 1e-9
