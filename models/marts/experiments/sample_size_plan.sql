{{ config(materialized='refreshed') }}

{#- Complete weeks that tell how it is now, and the lifts to plan for. -#}
{%- set recent_weeks = 8 %}
{%- set lifts = [0.05, 0.1, 0.2] %}
{%- set double = waymark.sql_type('double') %}
{%- set plan = waymark.rebuild_plan(['goal_status'], ['goals']) %}

{{ waymark.refresh_header(plan) }}
with

goals as (

    select * from {{ ref('goals') }}

),

weeks as (

    select
        goal_name,
        eligible_units,
        completed_units,
        row_number() over (partition by goal_name order by period_start desc) as recency
    from {{ ref('goal_status') }}
    where is_complete_period

),

baselines as (

    select
        goal_name,
        count(*) as weeks,
        sum(eligible_units) as eligible_units,
        sum(completed_units) as completed_units,
        {{ waymark.rate('sum(completed_units)', 'sum(eligible_units)') }} as baseline_rate,
        {{ waymark.rate('sum(eligible_units)', 'count(*)') }} as weekly_eligible_units
    from weeks
    where recency <= {{ recent_weeks }}
    group by goal_name

),

lifts as (

    {% for lift in lifts -%}
    select cast({{ lift }} as {{ double }}) as lift
    {{ 'union all' if not loop.last }}
    {% endfor %}
),

planned as (

    select
        goals.goal_name as goal_name,
        goals.label as label,
        goals.owner as owner,
        goals.tier as tier,
        goals.direction as direction,
        goals.parent_goal_name as parent_goal_name,
        lifts.lift as lift,
        coalesce(baselines.weeks, 0) as weeks,
        coalesce(baselines.eligible_units, 0) as eligible_units,
        coalesce(baselines.completed_units, 0) as completed_units,
        baselines.baseline_rate as baseline_rate,
        baselines.weekly_eligible_units as weekly_eligible_units,
        baselines.baseline_rate * case
            when goals.direction = 'decrease' then 1 - lifts.lift
            else 1 + lifts.lift
        end as lifted_rate
    from goals
    cross join lifts
    left join baselines on goals.goal_name = baselines.goal_name

),

explained as (

    select
        *,
        case
            when weeks = 0 then 'no complete week'
            when eligible_units = 0 then 'no eligible visitors'
            when completed_units = 0 then 'nobody completes it'
            when lifted_rate >= 1 then 'the lift would make it more than all'
        end as not_planned_because,
        {{ waymark.two_proportion_sample_size('baseline_rate', 'lifted_rate') }} as sample_size
    from planned

),

sized as (

    select
        *,
        case when not_planned_because is null then sample_size end as units_per_variant,
        -- two variants, and no part of a week
        case
            when not_planned_because is null
                then ceil(2 * cast(sample_size as {{ double }}) / weekly_eligible_units)
        end as weeks_needed
    from explained

),

final as (

    select
        {% for column in [
            'goal_name', 'label', 'owner', 'tier', 'direction', 'lift', 'weeks', 'eligible_units',
            'completed_units', 'baseline_rate', 'lifted_rate', 'weekly_eligible_units',
            'units_per_variant', 'weeks_needed', 'not_planned_because', 'parent_goal_name',
        ] -%}
        children.{{ column }} as {{ column }},
        {% endfor -%}
        parents.label as parent_label,
        parents.baseline_rate as parent_baseline_rate,
        parents.weekly_eligible_units as parent_weekly_eligible_units,
        parents.units_per_variant as parent_units_per_variant,
        parents.weeks_needed as parent_weeks_needed,
        -- of equals the parent: it counts for more
        case
            when parents.goal_name is null then null
            when children.weeks_needed < coalesce(parents.weeks_needed, children.weeks_needed + 1)
                then 'this goal'
            when parents.weeks_needed is not null then 'parent goal'
        end as quicker
    from sized as children
    left join sized as parents
        on
            children.parent_goal_name = parents.goal_name
            and children.lift = parents.lift

)

select
    goal_name,
    label,
    owner,
    tier,
    direction,
    lift,
    cast(weeks as {{ dbt.type_bigint() }}) as baseline_weeks,
    cast(eligible_units as {{ dbt.type_bigint() }}) as eligible_units,
    cast(completed_units as {{ dbt.type_bigint() }}) as completed_units,
    baseline_rate,
    lifted_rate,
    weekly_eligible_units,
    units_per_variant,
    cast(weeks_needed as {{ dbt.type_bigint() }}) as weeks_needed,
    not_planned_because,
    parent_goal_name,
    parent_label,
    parent_baseline_rate,
    parent_weekly_eligible_units,
    parent_units_per_variant,
    cast(parent_weeks_needed as {{ dbt.type_bigint() }}) as parent_weeks_needed,
    quicker
from final
