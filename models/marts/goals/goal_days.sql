{{ config(materialized='refreshed') }}

{%- set config_ = waymark.load_config() %}
{%- set double = waymark.sql_type('double') %}
{#- How far back a day is compared, what that takes, and from where on a day is unusual. -#}
{%- set weeks_back = 8 %}
{%- set least_days = 3 %}
{%- set least_errors = 14 %}
{%- set unusual_z = 3.5 %}
{%- set plan = waymark.rebuild_plan(
    ['goal_completions', 'int_visitor_days', 'int_visitor_periods', 'int_goal_entries', 'events'],
    ['goals'],
) %}

{{ waymark.refresh_header(plan) }}
with

goals as (

    select * from {{ ref('goals') }}

),

goal_completions as {{ waymark.not_materialized() }}(

    select
        goal_name,
        goal_id,
        value,
        currency,
        {{ waymark.lasting_visitor_key('visitor_key') }} as visitor_key,
        {{ waymark.period_start(
            waymark.to_local_time('completed_at', config_.timezone), 'day'
        ) }} as event_date,
        {{ waymark.period_start(
            waymark.to_local_time('completed_at', config_.timezone), 'week', config_.week_start
        ) }} as period_start
    from {{ ref('goal_completions') }}

),

visitor_periods as {{ waymark.not_materialized() }}(

    select * from {{ ref('int_visitor_periods') }}

),

data_range as (

    select
        min(event_date) as first_event_date,
        max(event_date) as last_event_date
    from {{ ref('events') }}

),

dates as (

    {{ waymark.date_rows(
        'data_range', ['last_event_date'], 'first_event_date', 'last_event_date', 'day',
        'event_date',
    ) }}

),

days as (

    select
        event_date,
        {{ waymark.period_start('event_date', 'week', config_.week_start) }} as period_start,
        event_date < last_event_date as is_over
    from dates

),

---------- goals measured among all visitors who were active on the day

active_units as (

    select
        event_date,
        count(*) as eligible_units
    from {{ ref('int_visitor_days') }}
    group by event_date

),

day_completions as (

    select
        goal_id,
        event_date,
        count(distinct visitor_key) as completed_units,
        count(*) as completions,
        sum(value) as total_value,
        min(currency) as first_currency,
        max(currency) as last_currency
    from goal_completions
    group by goal_id, event_date

),

goal_currencies as (

    select
        goal_id,
        coalesce(min(first_currency) <> max(last_currency), false) as has_several_currencies
    from day_completions
    group by goal_id

),

---------- goals measured among those who reached another goal on the day

entry_days as (

    select
        goal_id,
        entry_date,
        sum(case when is_immature then 0 else 1 end) as eligible_units,
        sum(case when is_immature then 1 else 0 end) as immature_units,
        sum(case when not is_immature and completions > 0 then 1 else 0 end) as completed_units,
        sum(case when is_immature then 0 else completions end) as completions,
        sum(case when not is_immature then total_value end) as total_value
    from {{ ref('int_goal_entries') }}
    group by goal_id, entry_date

),

---------- retention: of those who were in before the week began, who completed the goal on the day

retention_base as (

    select
        goals.goal_id,
        entry_completions.visitor_key,
        min(entry_completions.period_start) as in_since
    from goals
    inner join goal_completions as entry_completions
        on goals.eligible_after_goal_name = entry_completions.goal_name
    where
        goals.metric = 'retention_rate'
        and entry_completions.visitor_key is not null
    group by 1, 2

),

base_sizes as (

    select
        goal_id,
        in_since,
        count(*) as units
    from retention_base
    group by goal_id, in_since

),

weeks as (

    select distinct period_start
    from days

),

eligible_for_retention as (

    select
        base_sizes.goal_id,
        weeks.period_start,
        sum(base_sizes.units) as eligible_units
    from base_sizes
    cross join weeks
    where base_sizes.in_since < weeks.period_start
    group by base_sizes.goal_id, weeks.period_start

    union all

    select
        goals.goal_id,
        {{ waymark.add_periods('visitor_periods.period_start', 1, 'week') }} as period_start,
        count(*) as eligible_units
    from goals
    cross join visitor_periods
    where
        goals.metric = 'retention_rate'
        and goals.eligible_after_goal_name is null
    group by 1, 2

),

unit_days as (

    select
        goal_completions.goal_id,
        goal_completions.period_start,
        goal_completions.event_date,
        goal_completions.visitor_key,
        count(*) as completions,
        sum(goal_completions.value) as total_value
    from goal_completions
    inner join goals on goal_completions.goal_id = goals.goal_id
    where
        goals.metric = 'retention_rate'
        and goal_completions.visitor_key is not null
    group by 1, 2, 3, 4

),

retained_unit_days as (

    select unit_days.*
    from unit_days
    inner join retention_base
        on
            unit_days.goal_id = retention_base.goal_id
            and unit_days.visitor_key = retention_base.visitor_key
            and unit_days.period_start > retention_base.in_since

    union all

    select unit_days.*
    from unit_days
    inner join goals
        on
            unit_days.goal_id = goals.goal_id
            and goals.eligible_after_goal_name is null
    inner join visitor_periods
        on
            unit_days.visitor_key = visitor_periods.visitor_key
            and unit_days.period_start
            = {{ waymark.add_periods('visitor_periods.period_start', 1, 'week') }}

),

retention_days as (

    select
        goal_id,
        event_date,
        count(*) as completed_units,
        sum(completions) as completions,
        sum(total_value) as total_value
    from retained_unit_days
    group by goal_id, event_date

),

---------- all of them, with their value

counted as (

    select
        goals.goal_id as goal_id,
        goals.goal_name as goal_name,
        goals.tier as tier,
        goals.owner as owner,
        goals.metric as metric,
        goals.direction as direction,
        days.event_date as event_date,
        days.period_start as period_start,
        days.is_over as is_over,
        coalesce(goal_currencies.has_several_currencies, false) as has_several_currencies,
        cast(coalesce(entry_days.immature_units, 0) as bigint) as immature_units,
        {#- One type in all branches: a count and a sum have different ones on ClickHouse. #}
        {% for column, type in {
            'eligible_units': 'bigint',
            'completed_units': 'bigint',
            'completions': 'bigint',
            'total_value': 'decimal(33, 4)',
        }.items() -%}
        {%- set is_eligible = column == 'eligible_units' %}
        {%- set retained = 'eligible_for_retention' if is_eligible else 'retention_days' %}
        {%- set active = 'active_units' if is_eligible else 'day_completions' %}
        case
            when goals.metric = 'retention_rate'
                then cast({{ retained }}.{{ column }} as {{ type }})
            when goals.eligible_after_goal_name is not null
                then cast(entry_days.{{ column }} as {{ type }})
            else cast({{ active }}.{{ column }} as {{ type }})
        end as {{ column }}{{ ',' if not loop.last }}
        {% endfor %}
    from goals
    cross join days
    left join goal_currencies on goals.goal_id = goal_currencies.goal_id
    left join active_units on days.event_date = active_units.event_date
    left join day_completions
        on
            goals.goal_id = day_completions.goal_id
            and days.event_date = day_completions.event_date
    left join entry_days
        on
            goals.goal_id = entry_days.goal_id
            and days.event_date = entry_days.entry_date
    left join retention_days
        on
            goals.goal_id = retention_days.goal_id
            and days.event_date = retention_days.event_date
    left join eligible_for_retention
        on
            goals.goal_id = eligible_for_retention.goal_id
            and days.period_start = eligible_for_retention.period_start

),

-- money of several currencies does not add up
added_up as (

    select
        goal_id,
        goal_name,
        tier,
        owner,
        metric,
        direction,
        event_date,
        period_start,
        is_over and immature_units = 0 as is_complete_day,
        coalesce(eligible_units, 0) as eligible_units,
        coalesce(completed_units, 0) as completed_units,
        coalesce(completions, 0) as completions,
        case
            when has_several_currencies then null
            when coalesce(completions, 0) = 0 then 0
            else total_value
        end as total_value
    from counted

),

measured as (

    select
        *,
        {{ waymark.metric_value('metric', 'added_up') }} as value
    from added_up

),

---------- what the same weekday of the weeks before lets expect

days_compared as (

    {{ waymark.number_rows(
        'measured', ['goal_id', 'event_date'], 1, weeks_back, 'weeks_before'
    ) }}

),

expectations as (

    select
        days_compared.goal_id as goal_id,
        days_compared.event_date as event_date,
        count(*) as compared_days,
        {{ waymark.quantile('measured.value', 0.5) }} as expected_value
    from days_compared
    inner join measured
        on
            days_compared.goal_id = measured.goal_id
            and {{ waymark.add_periods(
                'days_compared.event_date', '-7 * days_compared.weeks_before', 'day'
            ) }} = measured.event_date
    where measured.value is not null
    group by 1, 2

),

expected as (

    select
        measured.goal_id as goal_id,
        measured.event_date as event_date,
        measured.period_start as period_start,
        expectations.compared_days as compared_days,
        expectations.expected_value as expected_value,
        measured.value - expectations.expected_value as deviation
    from measured
    inner join expectations
        on
            measured.goal_id = expectations.goal_id
            and measured.event_date = expectations.event_date
    where expectations.compared_days >= {{ least_days }}

),

---------- how far days were off, in the weeks before

goal_weeks as (

    select distinct
        goal_id,
        period_start
    from expected

),

weeks_compared as (

    {{ waymark.number_rows(
        'goal_weeks', ['goal_id', 'period_start'], 1, weeks_back, 'weeks_before'
    ) }}

),

week_errors as (

    select
        weeks_compared.goal_id as goal_id,
        weeks_compared.period_start as period_start,
        {{ waymark.quantile('abs(expected.deviation)', 0.5) }} as median_error,
        avg(abs(expected.deviation)) as mean_error
    from weeks_compared
    inner join expected
        on
            weeks_compared.goal_id = expected.goal_id
            and {{ waymark.add_periods(
                'weeks_compared.period_start', '-7 * weeks_compared.weeks_before', 'day'
            ) }} = expected.period_start
    where expected.deviation is not null
    group by 1, 2
    having count(*) >= {{ least_errors }}

),

-- as a standard deviation; where most days are alike, by the mean
spreads as (

    select
        goal_id,
        period_start,
        case
            when median_error > 0 then median_error * cast(1.4826 as {{ double }})
            when mean_error > 0 then mean_error * cast(1.2533 as {{ double }})
        end as spread
    from week_errors

),

final as (

    select
        measured.goal_name as goal_name,
        measured.goal_id as goal_id,
        measured.tier as tier,
        measured.owner as owner,
        measured.metric as metric,
        measured.direction as direction,
        measured.event_date as event_date,
        measured.period_start as period_start,
        measured.is_complete_day as is_complete_day,
        measured.value as value,
        measured.eligible_units as eligible_units,
        measured.completed_units as completed_units,
        measured.completions as completions,
        measured.total_value as total_value,
        expected.expected_value as expected_value,
        coalesce(expected.compared_days, 0) as compared_days,
        spreads.spread as spread,
        expected.deviation / spreads.spread as robust_z
    from measured
    left join expected
        on
            measured.goal_id = expected.goal_id
            and measured.event_date = expected.event_date
    left join spreads
        on
            measured.goal_id = spreads.goal_id
            and measured.period_start = spreads.period_start

)

select

    ---------- ids
    goal_name,
    goal_id,
    tier,
    owner,
    metric,
    direction,
    event_date,
    period_start,
    is_complete_day,

    ---------- measurement
    value,
    cast(eligible_units as {{ dbt.type_bigint() }}) as eligible_units,
    cast(completed_units as {{ dbt.type_bigint() }}) as completed_units,
    cast(completions as {{ dbt.type_bigint() }}) as completions,
    cast(total_value as decimal(33, 4)) as total_value,

    ---------- expectation
    expected_value,
    cast(compared_days as {{ dbt.type_bigint() }}) as compared_days,
    spread,
    expected_value - {{ unusual_z }} * spread as expected_low,
    expected_value + {{ unusual_z }} * spread as expected_high,
    robust_z,
    case
        when not is_complete_day or abs(robust_z) < {{ unusual_z }} then null
        when (robust_z > 0) = (direction = 'increase') then 'better'
        when robust_z is not null then 'worse'
    end as unusual

from final
