{{ config(materialized='refreshed') }}

{%- set plan = waymark.rebuild_plan(['int_activity_days'], ['goals', 'cohorts']) %}
{%- set config_ = waymark.load_config() %}
{%- set periods = {'week': 7, 'month': 31} %}

{{ waymark.refresh_header(plan) }}
with

activity_days as {{ waymark.not_materialized() }}(

    select * from {{ ref('int_activity_days') }}

),

data_range as (

    select
        min(event_date) as first_event_date,
        max(event_date) as last_event_date
    from {{ ref('events') }}

),

days_in_period as (

    {{ waymark.number_rows('data_range', [], 1, 31, 'days_active') }}

),

{% for period in periods -%}
visitors_in_{{ period }} as (

    select
        activity,
        {{ waymark.period_start('event_date', period, config_.week_start) }} as period_start,
        visitor_key,
        count(*) as days_active
    from activity_days
    group by 1, 2, 3

),

counted_in_{{ period }} as (

    select
        activity,
        period_start,
        days_active,
        count(*) as visitors
    from visitors_in_{{ period }}
    group by activity, period_start, days_active

),

{{ waymark._activity_spine(period, config_.week_start) }},

{% endfor -%}
counted as (

    {% for period, days in periods.items() -%}
    select
        spine.activity as activity,
        '{{ period }}' as period,
        spine.period_start as period_start,
        {{ waymark.add_periods('spine.period_start', 1, period) }} as next_period_start,
        days_in_period.days_active as days_active,
        coalesce(counted.visitors, 0) as visitors
    from spine_{{ period }} as spine
    cross join days_in_period
    left join counted_in_{{ period }} as counted
        on
            spine.activity = counted.activity
            and spine.period_start = counted.period_start
            and days_in_period.days_active = counted.days_active
    where days_in_period.days_active <= {{ days }}
    {{ 'union all' if not loop.last }}

    {% endfor %}
),

final as (

    select
        counted.activity,
        counted.period,
        counted.period_start,
        counted.days_active,
        counted.visitors,
        sum(counted.visitors) over (
            partition by counted.activity, counted.period, counted.period_start
            order by counted.days_active desc
        ) as visitors_at_least,
        sum(counted.visitors) over (
            partition by counted.activity, counted.period, counted.period_start
        ) as active_visitors,
        counted.period_start >= data_range.first_event_date
        and counted.next_period_start
        <= {{ waymark.add_periods('data_range.last_event_date', 1, 'day') }} as is_complete_period
    from counted
    cross join data_range

)

select
    activity,
    period,
    period_start,
    cast(days_active as bigint) as days_active,
    cast(visitors as bigint) as visitors,
    {{ waymark.rate('visitors', 'active_visitors') }} as share,
    cast(visitors_at_least as bigint) as visitors_at_least,
    is_complete_period
from final
