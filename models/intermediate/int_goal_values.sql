{{ config(materialized='refreshed') }}

{%- set double = waymark.sql_type('double') %}
{%- set plan = waymark.rebuild_plan(['goal_completions', 'events'], ['goals']) %}

{{ waymark.refresh_header(plan) }}
with

data_range as (

    select
        min(event_at) as first_event_at,
        {{ waymark.add_seconds('max(event_at)', -2592000) }} as last_month_from
    from {{ ref('events') }}

),

counted as (

    select
        goal_completions.goal_id as goal_id,
        count(*) as completions,
        sum(
            case when goal_completions.completed_at > data_range.last_month_from then 1 else 0 end
        ) as completions_30_days,
        min(
            case when data_range.first_event_at <= data_range.last_month_from then 1 else 0 end
        ) as has_30_days,
        count(goal_completions.value) as completions_with_value,
        avg(cast(coalesce(goal_completions.value, 0) as {{ double }})) as mean_value,
        stddev_samp(cast(coalesce(goal_completions.value, 0) as {{ double }}))
            as value_deviation,
        count(distinct goal_completions.currency) as currencies,
        max(goal_completions.currency) as currency
    from {{ ref('goal_completions') }} as goal_completions
    cross join data_range
    group by goal_completions.goal_id

),

-- money of several currencies does not add up
final as (

    select
        goal_id,
        completions,
        completions_30_days,
        has_30_days = 1 as has_30_days,
        completions_with_value,
        currencies,
        case when currencies < 2 then currency end as currency,
        case
            when currencies < 2 and completions_with_value > 0 then mean_value
        end as value_per_completion,
        case
            when currencies < 2 and completions_with_value > 0 and completions > 1
                then value_deviation / sqrt(cast(completions as {{ double }}))
        end as value_standard_error
    from counted

)

select
    goal_id,
    cast(completions as bigint) as completions,
    cast(completions_30_days as bigint) as completions_30_days,
    has_30_days,
    cast(completions_with_value as bigint) as completions_with_value,
    cast(currencies as bigint) as currencies,
    currency,
    value_per_completion,
    value_standard_error
from final
