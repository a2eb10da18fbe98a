{{ config(materialized='refreshed') }}

{#- How far back weeks are compared, and what that takes. -#}
{%- set weeks_back = 8 %}
{%- set least_weeks = 4 %}
{%- set least_days = 4 %}
{%- set plan = waymark.rebuild_plan(['goal_days'], []) %}

{{ waymark.refresh_header(plan) }}
with

week_days as (

    select
        goal_id,
        period_start,
        count(*) as days,
        avg(expected_value) as expected_value,
        avg(value - expected_value) as deviation,
        max(spread) as spread,
        sum(case when value > expected_value then 1 else 0 end) as days_above,
        sum(case when value < expected_value then 1 else 0 end) as days_below
    from {{ ref('goal_days') }}
    where
        value is not null
        and expected_value is not null
    group by goal_id, period_start

),

weeks_compared as (

    {{ waymark.number_rows(
        'week_days', ['goal_id', 'period_start'], 1, weeks_back, 'weeks_before'
    ) }}

),

-- days of one week may be off together: whole weeks are then off more than their days explain
week_errors as (

    select
        weeks_compared.goal_id as goal_id,
        weeks_compared.period_start as period_start,
        {{ waymark.quantile('abs(week_days.deviation)', 0.5) }}
        * cast(1.4826 as {{ waymark.sql_type('double') }}) as week_spread
    from weeks_compared
    inner join week_days
        on
            weeks_compared.goal_id = week_days.goal_id
            and {{ waymark.add_periods(
                'weeks_compared.period_start', '-7 * weeks_compared.weeks_before', 'day'
            ) }} = week_days.period_start
    group by 1, 2
    having count(*) >= {{ least_weeks }}

),

final as (

    select
        week_days.goal_id as goal_id,
        week_days.period_start as period_start,
        week_days.days as days,
        week_days.deviation / nullif(
            case
                when week_errors.week_spread > week_days.spread / sqrt(week_days.days)
                    then week_errors.week_spread
                else week_days.spread / sqrt(week_days.days)
            end,
            0
        ) as robust_z,
        week_days.deviation / nullif(abs(week_days.expected_value), 0) as deviation_rate,
        -- one day is not the week: two days in three go the same way
        3 * case
            when week_days.deviation > 0 then week_days.days_above else week_days.days_below
        end >= 2 * week_days.days as is_whole_week
    from week_days
    left join week_errors
        on
            week_days.goal_id = week_errors.goal_id
            and week_days.period_start = week_errors.period_start
    where week_days.days >= {{ least_days }}

)

select
    goal_id,
    period_start,
    cast(days as {{ dbt.type_bigint() }}) as days,
    robust_z,
    deviation_rate,
    is_whole_week
from final
