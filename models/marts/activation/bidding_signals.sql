{{ config(materialized='refreshed') }}

{%- set config_ = waymark.load_config() %}
{#- Fewer conversions in 30 days are too few for an ad platform to learn from. -#}
{%- set enough = 30 %}
{%- set z = 1.959963984540054 %}
{%- set plan = waymark.rebuild_plan(
    ['goal_lift', 'int_goal_values'], ['goals', 'evidence_landmark', 'evidence_horizon']
) %}

{{ waymark.refresh_header(plan) }}
with

goal_lift as (

    select *
    from {{ ref('goal_lift') }}
    where is_ancestor and reading = 'ordered'

),

goal_values as (

    select * from {{ ref('int_goal_values') }}

),

expected as (

    select
        goal_lift.*,
        coalesce(micro.completions_30_days, 0) as micro_completions_30_days,
        coalesce(macro.completions_30_days, 0) as macro_completions_30_days,
        coalesce(micro.has_30_days, macro.has_30_days) as has_30_days,
        macro.currency as currency,
        macro.value_per_completion as macro_value,
        {{ z }} * macro.value_standard_error as half_width,
        goal_lift.exposed_rate * macro.value_per_completion as micro_value
    from goal_lift
    left join goal_values as micro on goal_lift.micro_goal_id = micro.goal_id
    left join goal_values as macro on goal_lift.macro_goal_id = macro.goal_id

),

-- the interval of a product from those of its factors (Donner and Zou 2012, MOVER)
bounded as (

    select
        *,
        micro_value - sqrt(
            (exposed_rate - exposed_rate_low) * (exposed_rate - exposed_rate_low)
            * macro_value * macro_value + exposed_rate * exposed_rate * half_width * half_width
        ) as micro_value_low,
        micro_value + sqrt(
            (exposed_rate_high - exposed_rate) * (exposed_rate_high - exposed_rate)
            * macro_value * macro_value + exposed_rate * exposed_rate * half_width * half_width
        ) as micro_value_high
    from expected

),

final as (

    select
        *,
        case
            when not has_30_days then 'fewer than 30 days of data'
            when macro_completions_30_days >= {{ enough }}
                then 'the macro-conversion is frequent enough to bid on itself'
            when verdict = 'not_enough_data' then 'not enough data: ' || verdict_reason
            when verdict <> 'predictive'
                then 'not proven to predict the macro-conversion: ' || verdict
            when micro_completions_30_days < {{ enough }}
                then 'the micro-conversion is too rare itself'
            when micro_value is null then 'the macro-conversion has no value in one currency'
            when micro_value_low is null or micro_value_low <= 0
                then 'its value is too uncertain'
        end as not_recommended_because
    from bounded

)

select

    ---------- the two goals
    micro_goal_name,
    micro_label,
    macro_goal_name,
    macro_label,
    is_edge,
    owner,

    ---------- how many, and how sure
    cast(micro_completions_30_days as bigint) as micro_completions_30_days,
    cast(macro_completions_30_days as bigint) as macro_completions_30_days,
    verdict,
    exposed_units as micro_units,
    exposed_converted as converted_units,
    exposed_rate as micro_to_macro_rate,
    exposed_rate_low as micro_to_macro_rate_low,
    exposed_rate_high as micro_to_macro_rate_high,

    ---------- what it is worth
    currency,
    macro_value as value_per_macro,
    micro_value as value_per_micro,
    micro_value_low as value_per_micro_low,
    micro_value_high as value_per_micro_high,

    ---------- what to do
    not_recommended_because is null as is_recommended,
    not_recommended_because

from final
