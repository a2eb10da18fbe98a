{{ config(materialized='refreshed') }}

{%- set plan = waymark.rebuild_plan(['int_activity_days'], ['goals', 'cohorts']) %}
{%- set config_ = waymark.load_config() %}
{%- set periods = ['day', 'week', 'month'] %}

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

{% for period in periods -%}
active_in_{{ period }} as (

    select{{ ' distinct' if period != 'day' }}
        activity,
        visitor_key,
        {{ waymark.period_start('event_date', period, config_.week_start) }} as period_start
    from activity_days

),

since_{{ period }} as (

    select
        activity,
        period_start,
        lag(period_start) over (
            partition by activity, visitor_key
            order by period_start
        ) as previous_period_start
    from active_in_{{ period }}

),

counted_in_{{ period }} as (

    select
        activity,
        period_start,
        count(*) as active_visitors,
        sum(case when previous_period_start is null then 1 else 0 end) as new_visitors,
        sum(case
            when {{ waymark.periods_between('previous_period_start', 'period_start', period) }} = 1
                then 1
            else 0
        end) as returning_visitors
    from since_{{ period }}
    group by activity, period_start

),

{{ waymark._activity_spine(period, config_.week_start) }},

{% endfor -%}
-- who was active in one period and is not in the next is dormant there, so two counts tell how many
counted as (

    {% for period in periods -%}
    select
        spine.activity,
        '{{ period }}' as period,
        spine.period_start,
        {{ waymark.add_periods('spine.period_start', 1, period) }} as next_period_start,
        coalesce(counted.new_visitors, 0) as new_visitors,
        coalesce(counted.returning_visitors, 0) as returning_visitors,
        coalesce(counted.active_visitors, 0) as active_visitors,
        lag(coalesce(counted.active_visitors, 0), 1, 0) over (
            partition by spine.activity
            order by spine.period_start
        ) as active_visitors_before
    from spine_{{ period }} as spine
    left join counted_in_{{ period }} as counted
        on
            spine.activity = counted.activity
            and spine.period_start = counted.period_start
    {{ 'union all' if not loop.last }}

    {% endfor %}
),

final as (

    {% for status, visitors in {
        'new': 'counted.new_visitors',
        'returning': 'counted.returning_visitors',
        'resurrecting':
            'counted.active_visitors - counted.new_visitors - counted.returning_visitors',
        'dormant': 'counted.active_visitors_before - counted.returning_visitors',
    }.items() -%}
    select
        counted.activity,
        counted.period,
        counted.period_start,
        '{{ status }}' as lifecycle_status,
        {{ visitors }} as visitors,
        counted.period_start >= data_range.first_event_date
        and counted.next_period_start
        <= {{ waymark.add_periods('data_range.last_event_date', 1, 'day') }} as is_complete_period
    from counted
    cross join data_range
    {{ 'union all' if not loop.last }}

    {% endfor %}
)

select
    activity,
    period,
    period_start,
    lifecycle_status,
    cast(visitors as bigint) as visitors,
    is_complete_period
from final
