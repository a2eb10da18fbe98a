{{ config(materialized='refreshed') }}

{%- set double = waymark.sql_type('double') %}
{%- set text = waymark.sql_type('text') %}
{%- set goal_thresholds = waymark.seed_relation('goal_thresholds') %}
{%- set plan = waymark.rebuild_plan(
    ['int_funnel_weeks', 'int_goal_values', 'goal_status', 'bidding_signals'],
    ['goals', 'funnels', 'evidence_landmark', 'evidence_horizon'], [goal_thresholds],
) %}
{%- set step = ['funnel_name', 'breakdown_name', 'breakdown_value', 'step_number'] %}

{%- set moved = step + [
    'period_start', 'last_period_start', 'previous_units', 'units_reached_before', 'current_rate',
    'earlier_rate', 'moved_by', 'changed_since',
] %}
{%- set priced = moved + ['completions_gained', 'value_per_completion', 'currency'] %}
{%- set status = [
    'goal_name', 'tier', 'owner', 'metric', 'direction', 'period_start', 'value', 'eligible_units',
    'completions', 'problem', 'baseline', 'zone', 'is_certain', 'sudden_change',
    'sudden_change_rate', 'sudden_since', 'slow_change', 'slow_since', 'trend_per_week',
    'trend_weeks',
] %}

{{ waymark.refresh_header(plan) }}
with

goals as (

    select * from {{ ref('goals') }}

),

funnel_definitions as (

    select * from {{ ref('funnel_definitions') }}

),

goal_values as (

    select * from {{ ref('int_goal_values') }}

),

---------- steps of funnels: each week beside the eight before it

-- values that only the end of a walk decides cannot explain how it ended
funnel_weeks as (

    select *
    from {{ ref('int_funnel_weeks') }}
    where
        is_mature
        and breakdown_value not like '%(not reached)%'
        and breakdown_value not like '%(mixed)%'

),

with_before as (

    select
        *,
        count(*) over (
            partition by {{ step | join(', ') }} order by period_start asc
            rows between 8 preceding and 1 preceding
        ) as weeks_before,
        sum(previous_units) over (
            partition by {{ step | join(', ') }} order by period_start asc
            rows between 8 preceding and 1 preceding
        ) as previous_units_before,
        sum(units_reached) over (
            partition by {{ step | join(', ') }} order by period_start asc
            rows between 8 preceding and 1 preceding
        ) as units_reached_before,
        max(period_start) over (partition by funnel_name) as last_period_start
    from funnel_weeks

),

comparable as (

    select *
    from with_before
    where
        weeks_before >= 4
        and previous_units >= 100
        and previous_units_before >= 100

),

tested as (

    select
        *,
        {{ waymark.two_proportion_p(
            'units_reached', 'previous_units', 'units_reached_before', 'previous_units_before'
        ) }} as p_value
    from comparable

),

corrected as (

    {{ waymark.benjamini_hochberg(
        'tested',
        step + [
            'period_start', 'last_period_start', 'previous_units', 'units_reached',
            'previous_units_before', 'units_reached_before',
        ],
        'p_value',
        ['period_start'],
    ) }}

),

rated as (

    select
        *,
        {{ waymark.rate('units_reached', 'previous_units') }} as current_rate,
        {{ waymark.rate('units_reached_before', 'previous_units_before') }} as earlier_rate
    from corrected

),

-- a change that is sure, and large enough to speak of
moved as (

    select
        *,
        case
            when q_value < 0.05 and current_rate < 0.95 * earlier_rate then -1
            when q_value < 0.05 and current_rate > 1.05 * earlier_rate then 1
            else 0
        end as moved_by
    from rated

),

-- weeks without a break in which it moved the same way
runs as (

    select
        *,
        sum(is_break) over (
            partition by {{ step | join(', ') }} order by period_start asc
            rows between unbounded preceding and current row
        ) as run
    from (
        select
            *,
            case
                when
                    lag(moved_by) over (
                        partition by {{ step | join(', ') }} order by period_start asc
                    ) = moved_by
                    then 0
                else 1
            end as is_break
        from moved
    ) as marked

),

since as (

    select
        *,
        min(period_start) over (partition by {{ step | join(', ') }}, run) as changed_since
    from runs

),

-- what a unit that gets here is worth: how many of them came to the end, and what that is worth
last_steps as (

    select
        funnel_name,
        step_number,
        goal_id
    from funnel_definitions
    where
        next_step_number is null
        and not is_optional

),

stakes as (

    select
        {% for column in moved -%}
        since.{{ column }} as {{ column }},
        {% endfor -%}
        (since.current_rate - since.earlier_rate) * since.previous_units
        * {{ waymark.rate('ends.units_reached_before', 'since.units_reached_before') }}
            as completions_gained,
        goal_values.value_per_completion as value_per_completion,
        goal_values.currency as currency
    from since
    inner join last_steps on since.funnel_name = last_steps.funnel_name
    inner join with_before as ends
        on
            last_steps.funnel_name = ends.funnel_name
            and last_steps.step_number = ends.step_number
            and since.breakdown_name = ends.breakdown_name
            and since.breakdown_value = ends.breakdown_value
            and since.period_start = ends.period_start
    left join goal_values on last_steps.goal_id = goal_values.goal_id
    where since.moved_by <> 0

),

-- the segment that makes up most of the change, or else the whole
placed as (

    select
        {% for column in priced -%}
        stakes.{{ column }} as {{ column }},
        {% endfor -%}
        row_number() over (
            partition by
                stakes.funnel_name, stakes.step_number, stakes.period_start, stakes.moved_by
            order by
                case
                    when
                        stakes.breakdown_name <> 'all'
                        and abs(stakes.completions_gained) >= 0.6 * abs(whole.completions_gained)
                        then 1
                    when stakes.breakdown_name = 'all' then 2
                    else 3
                end,
                abs(stakes.completions_gained) desc,
                stakes.breakdown_name asc,
                stakes.breakdown_value asc
        ) as place
    from stakes
    left join stakes as whole
        on
            stakes.funnel_name = whole.funnel_name
            and stakes.step_number = whole.step_number
            and stakes.period_start = whole.period_start
            and stakes.moved_by = whole.moved_by
            and whole.breakdown_name = 'all'

),

step_rows as (

    select
        'funnel_step' as topic,
        placed.funnel_name as subject,
        steps.step_number as step_number,
        placed.breakdown_name as breakdown_name,
        placed.breakdown_value as breakdown_value,
        steps.owner as owner,
        placed.period_start as period_start,
        placed.changed_since as changed_since,
        placed.period_start = placed.last_period_start as is_current,
        case when placed.moved_by = 1 then 'better' else 'worse' end as change,
        placed.current_rate as current_value,
        placed.earlier_rate as earlier_value,
        placed.completions_gained * placed.value_per_completion as value_gained,
        placed.currency as currency,
        coalesce(steps.label, steps.funnel_name) || ': '
        || coalesce(previous_goals.label, previous_steps.step_name) || ' -> '
        || coalesce(step_goals.label, steps.step_name)
        || case when placed.moved_by = 1 then ' rose' else ' fell' end
        || ' from ' || {{ waymark.percent_text('placed.earlier_rate') }}
        || ' to ' || {{ waymark.percent_text('placed.current_rate') }}
        || case
            when placed.breakdown_name = 'all' then ''
            when placed.breakdown_name = 'device_category' then ' on ' || placed.breakdown_value
            else ' with ' || placed.breakdown_name || ' ' || placed.breakdown_value
        end as sentence
    from placed
    inner join funnel_definitions as steps
        on
            placed.funnel_name = steps.funnel_name
            and placed.step_number = steps.step_number
    inner join funnel_definitions as previous_steps
        on
            steps.funnel_name = previous_steps.funnel_name
            and steps.previous_step_number = previous_steps.step_number
    left join goals as step_goals on steps.goal_id = step_goals.goal_id
    left join goals as previous_goals on previous_steps.goal_id = previous_goals.goal_id
    where placed.place = 1

),

---------- goals: what changed, and what is in trouble

signals as (

    select
        micro_goal_name,
        value_per_micro,
        currency,
        row_number() over (
            partition by micro_goal_name
            order by case when is_edge then 0 else 1 end, macro_goal_name asc
        ) as place
    from {{ ref('bidding_signals') }}
    where
        verdict = 'predictive'
        and value_per_micro is not null

),

-- a micro-conversion without a value of its own is worth what it is proven to lead to
worths as (

    select
        goals.goal_name as goal_name,
        coalesce(goal_values.value_per_completion, signals.value_per_micro) as worth,
        case
            when goal_values.value_per_completion is not null then goal_values.currency
            else signals.currency
        end as currency
    from goals
    left join goal_values on goals.goal_id = goal_values.goal_id
    left join signals
        on
            goals.goal_name = signals.micro_goal_name
            and signals.place = 1

),

goal_weeks as (

    select
        {% for column in status -%}
        goal_status.{{ column }} as {{ column }},
        {% endfor -%}
        goals.label as label,
        worths.worth as worth,
        worths.currency as currency,
        max(goal_status.period_start) over (
            partition by goal_status.goal_name
        ) as last_period_start,
        lag(goal_status.zone) over (
            partition by goal_status.goal_name order by goal_status.period_start asc
        ) as zone_before
    from {{ ref('goal_status') }} as goal_status
    inner join goals on goal_status.goal_name = goals.goal_name
    left join worths on goals.goal_name = worths.goal_name
    where
        goal_status.is_complete_period
        and goals.tier is not null

),

problem_runs as (

    select
        *,
        sum(case when zone = 'problem' and zone_before = 'problem' then 0 else 1 end) over (
            partition by goal_name order by period_start asc
            rows between unbounded preceding and current row
        ) as run
    from goal_weeks

),

problem_since as (

    select
        *,
        min(period_start) over (partition by goal_name, run) as in_zone_since
    from problem_runs

),

-- one thing of a goal a week: what happened suddenly, or slowly, or where it stands
noted as (

    select
        *,
        case
            when sudden_change is not null then 'goal_changed'
            when slow_change is not null then 'goal_drifts'
            when zone = 'problem' and coalesce(is_certain, true) then 'goal_in_problem'
        end as topic,
        case
            when sudden_change is not null then value / nullif(1 + sudden_change_rate, 0)
            when slow_change is not null then value - trend_per_week * (trend_weeks - 1)
            else baseline
        end as earlier_value
    from problem_since

),

goal_rows as (

    select
        topic,
        goal_name as subject,
        cast(null as integer) as step_number,
        cast(null as {{ text }}) as breakdown_name,
        cast(null as {{ text }}) as breakdown_value,
        owner,
        period_start,
        case topic
            when 'goal_changed' then sudden_since
            when 'goal_drifts' then slow_since
            else in_zone_since
        end as changed_since,
        period_start = last_period_start as is_current,
        case topic
            when 'goal_changed' then sudden_change
            when 'goal_drifts' then slow_change
            else 'worse'
        end as change,
        value as current_value,
        earlier_value,
        (value - earlier_value) * case when direction = 'decrease' then -1 else 1 end
        * case
            when metric in ('conversion_rate', 'retention_rate') then eligible_units * worth
            when metric in ('converters', 'completions') then worth
            when metric = 'value' then 1
            when metric = 'value_per_unit' then eligible_units
            when metric = 'value_per_completion' then completions
        end as value_gained,
        currency,
        label || ' '
        || case topic
            when 'goal_in_problem' then 'is at '
            when 'goal_changed'
                then case when value > earlier_value then 'rose' else 'fell' end || ' from '
                || {{ waymark.metric_text('metric', 'earlier_value') }} || ' to '
            else case when value > earlier_value then 'has been rising' else 'has been falling' end
                || ' from ' || {{ waymark.metric_text('metric', 'earlier_value') }} || ' to '
        end
        || {{ waymark.metric_text('metric', 'value') }}
        || case
            when topic = 'goal_in_problem'
                then case when direction = 'decrease' then ', above ' else ', below ' end
                || {{ waymark.metric_text('metric', 'problem') }} || ' which calls for action,'
            else ''
        end as sentence
    from noted
    where topic is not null

),

things as (

    select * from step_rows
    union all
    select * from goal_rows

),

final as (

    select
        *,
        sentence || ' since ' || {{ waymark.date_text('changed_since') }}
        || case
            when value_gained is not null
                then '; worth about ' || {{ waymark.thousands_text('value_gained') }}
                || coalesce(' ' || currency, '') || ' a week'
            else ''
        end as message,
        row_number() over (
            partition by period_start
            order by
                abs(value_gained) desc nulls last,
                case change when 'worse' then 0 else 1 end,
                topic asc,
                subject asc,
                step_number asc,
                breakdown_name asc,
                breakdown_value asc
        ) as digest_rank
    from things

)

select

    ---------- when and how important
    period_start,
    is_current,
    cast(digest_rank as bigint) as digest_rank,

    ---------- what
    topic,
    subject,
    step_number,
    breakdown_name,
    breakdown_value,
    owner,
    message,

    ---------- in numbers
    change,
    changed_since,
    cast(current_value as {{ double }}) as current_value,
    cast(earlier_value as {{ double }}) as earlier_value,
    cast(value_gained as {{ double }}) as value_gained,
    currency

from final
