{{ config(materialized='refreshed') }}

{#- Rows of each rule have these columns; the rest follows from the goal and the rule. -#}
{%- set text = waymark.sql_type('text') %}
{%- set double = waymark.sql_type('double') %}
{%- set no_text = 'cast(null as ' ~ text ~ ')' %}
{%- set no_number = 'cast(null as ' ~ double ~ ')' %}

{%- set weeks = 26 %}
{%- set min_judged_weeks = 13 %}
{%- set months = 6 %}
{%- set min_completions = 10 %}
{%- set max_phi = 0.9 %}
{%- set min_visitors = 10 %}

{%- set severities = {
    'never_seen': 'high', 'no_owner': 'high', 'no_parent': 'high', 'harmful': 'high',
    'noise': 'medium', 'too_little_volume': 'medium', 'near_duplicate': 'medium',
    'outgrown': 'low', 'no_decision': 'low',
} %}
{%- set measures = {
    'never_seen': 'completions',
    'too_little_volume': 'completions a month',
    'near_duplicate': 'phi',
    'noise': 'adjusted odds ratio',
    'harmful': 'adjusted odds ratio',
    'outgrown': 'share of judged weeks on target',
    'no_decision': 'days since the last decision',
} %}
{%- set recommendations = {
    'outgrown': 'Raise the target, or turn to a goal that still has room.',
    'too_little_volume': 'It cannot be measured: widen its condition, or remove it.',
    'no_owner': 'Name an owner, or take its tier away.',
    'no_decision': 'Decide: keep, change or remove it, and write that into goal_decisions.',
    'no_parent': 'Name the goal that it leads to as its parent, or take its tier away.',
    'noise': 'Do not steer by it: name another parent, test it in an experiment, or remove it.',
    'harmful': 'Do not push it before you know why, and then name another parent or remove it.',
    'never_seen': 'Repair its condition or the tracking, or remove it.',
    'near_duplicate': 'Keep the one that you act on, or write into goal_decisions why both stay.',
} %}

{%- set goal_decisions = waymark.seed_relation('goal_decisions') %}
{%- set plan = waymark.rebuild_plan(
    ['goal_status', 'int_goal_overlaps', 'event_usage', 'goal_lift'], ['goals'], [goal_decisions]
) %}

{{ waymark.refresh_header(plan) }}
with

goals as (

    select * from {{ ref('goals') }}

),

tiered_goals as (

    select * from goals
    where tier is not null

),

goal_status as (

    select * from {{ ref('goal_status') }}

),

goal_events as (

    select * from {{ ref('goal_events') }}

),

goal_completions as {{ waymark.not_materialized() }}(

    select
        goal_id,
        {{ waymark.period_start(
            waymark.to_local_time('completed_at', waymark.load_config().timezone), 'month'
        ) }} as month_start
    from {{ ref('goal_completions') }}

),

goal_decisions as (

    select
        goal_name,
        cast(decided_at as date) as decided_at,
        decision,
        nullif(rule_name, '') as rule_name,
        decided_by,
        note
    from {{ goal_decisions }}

),

data_range as (

    select
        min(event_date) as first_event_date,
        max(event_date) as last_event_date
    from {{ ref('events') }}

),

-- two quarters back from the last day of the data, and the complete months among them
reviewed as (

    select
        first_event_date,
        last_event_date,
        {{ waymark.add_periods('last_event_date', -weeks, 'week') }} as decided_since,
        greatest(
            {{ waymark.add_periods(
                waymark.period_start(
                    waymark.add_periods('first_event_date', -1, 'day'), 'month'
                ),
                1, 'month'
            ) }},
            {{ waymark.add_periods(
                waymark.period_start(
                    waymark.add_periods('last_event_date', 1, 'day'), 'month'
                ),
                -months, 'month'
            ) }}
        ) as first_month,
        {{ waymark.add_periods(
            waymark.period_start(waymark.add_periods('last_event_date', 1, 'day'), 'month'),
            -1, 'month'
        ) }} as last_month
    from data_range
    where last_event_date is not null

),

---------- who answers for it, where it leads, what was decided

no_owner as (

    select
        goal_name,
        'no_owner' as rule_name,
        {{ no_text }} as other_goal_name,
        '"' || label || '" has no owner: nobody is asked when it falls.' as finding,
        {{ no_number }} as measured_value,
        {{ no_number }} as limit_value
    from tiered_goals
    where coalesce(trim(owner), '') = ''

),

-- a path holds the names of all goals above
lines_to_macro_goals as (

    select
        tiered_goals.goal_name as goal_name,
        count(
            case
                when
                    ancestors.tier < tiered_goals.tier
                    and substr(tiered_goals.path, 1, length(ancestors.path) + 3)
                    = ancestors.path || ' > '
                    then 1
            end
        ) as macro_goals
    from tiered_goals
    cross join tiered_goals as ancestors
    where tiered_goals.tier > 1
    group by tiered_goals.goal_name

),

no_parent as (

    select
        tiered_goals.goal_name as goal_name,
        'no_parent' as rule_name,
        {{ no_text }} as other_goal_name,
        '"' || tiered_goals.label || '" leads to no '
        || case tiered_goals.tier when 2 then 'north star' else 'business goal' end
        || case
            when tiered_goals.parent_goal_name is null then ': it has no parent.'
            else
                ': its parent ' || tiered_goals.parent_goal_name || ' is not of a tier above, '
                || 'nor is any goal above that.'
        end as finding,
        {{ no_number }} as measured_value,
        {{ no_number }} as limit_value
    from tiered_goals
    inner join lines_to_macro_goals on tiered_goals.goal_name = lines_to_macro_goals.goal_name
    where lines_to_macro_goals.macro_goals = 0

),

last_decisions as (

    select
        goal_name,
        decided_at,
        decision,
        decided_by
    from (
        select
            *,
            row_number() over (
                partition by goal_name
                order by decided_at desc, rule_name asc, decision asc, decided_by asc, note asc
            ) as recency
        from goal_decisions
    ) as ranked_decisions
    where recency = 1

),

no_decision as (

    select
        tiered_goals.goal_name as goal_name,
        'no_decision' as rule_name,
        {{ no_text }} as other_goal_name,
        case
            when last_decisions.goal_name is null
                then 'No decision about "' || tiered_goals.label || '" was ever recorded.'
            else
                'The last decision about "' || tiered_goals.label || '" ('
                || last_decisions.decision || ', by ' || last_decisions.decided_by
                || ') is of ' || cast(last_decisions.decided_at as {{ text }})
                || ', more than two quarters ago.'
        end as finding,
        cast(
            {{ waymark.periods_between(
                'last_decisions.decided_at', 'reviewed.last_event_date', 'day'
            ) }} as {{ double }}
        ) as measured_value,
        cast({{ weeks * 7 }} as {{ double }}) as limit_value
    from tiered_goals
    cross join reviewed
    left join last_decisions on tiered_goals.goal_name = last_decisions.goal_name
    where
        last_decisions.goal_name is null
        or last_decisions.decided_at < reviewed.decided_since

),

---------- how often it is completed

completion_months as (

    select
        goal_id,
        month_start,
        count(*) as completions
    from goal_completions
    group by goal_id, month_start

),

read_events as (

    select
        goal_events.goal_id as goal_id,
        count(goal_events.event_name) as named_events,
        {{ waymark.text_list('goal_events.event_name') }} as event_names,
        sum(coalesce(event_usage.events, 0)) as events
    from goal_events
    left join {{ ref('event_usage') }} as event_usage
        on goal_events.event_name = event_usage.event_name
    group by goal_events.goal_id

),

-- also a building block: the funnel that it is a step of is dead
never_seen as (

    select
        goals.goal_name as goal_name,
        'never_seen' as rule_name,
        {{ no_text }} as other_goal_name,
        '"' || goals.label || '" was never completed from '
        || cast(reviewed.first_event_date as {{ text }}) || ' to '
        || cast(reviewed.last_event_date as {{ text }})
        || case
            when coalesce(read_events.named_events, 0) = 0
                then ': no event meets its condition.'
            when read_events.events = 0
                then ': not one event named ' || read_events.event_names || ' came.'
            else
                ': of ' || cast(cast(read_events.events as {{ dbt.type_bigint() }}) as {{ text }})
                || ' events named ' || read_events.event_names || ' none meets its condition.'
        end as finding,
        cast(0 as {{ double }}) as measured_value,
        cast(1 as {{ double }}) as limit_value
    from goals
    cross join reviewed
    left join read_events on goals.goal_id = read_events.goal_id
    where goals.goal_id not in (select completion_months.goal_id from completion_months)

),

-- from the month of its first completion on: before, it could not be measured yet
goal_volumes as (

    select
        completion_months.goal_id as goal_id,
        greatest(min(completion_months.month_start), reviewed.first_month) as from_month,
        reviewed.last_month as last_month,
        sum(
            case
                when
                    completion_months.month_start >= reviewed.first_month
                    and completion_months.month_start <= reviewed.last_month
                    then completion_months.completions
                else 0
            end
        ) as completions
    from completion_months
    cross join reviewed
    group by completion_months.goal_id, reviewed.first_month, reviewed.last_month

),

monthly_volumes as (

    select
        goal_id,
        cast(completions as {{ dbt.type_bigint() }}) as completions,
        cast(
            {{ waymark.periods_between('from_month', 'last_month', 'month') }} + 1
            as {{ dbt.type_bigint() }}
        ) as months
    from goal_volumes
    where from_month <= last_month

),

too_little_volume as (

    select
        tiered_goals.goal_name as goal_name,
        'too_little_volume' as rule_name,
        {{ no_text }} as other_goal_name,
        '"' || tiered_goals.label || '" was completed '
        || case monthly_volumes.completions
            when 0 then 'not once'
            when 1 then 'once'
            else cast(monthly_volumes.completions as {{ text }}) || ' times'
        end
        || ' in '
        || case monthly_volumes.months
            when 1 then 'the one complete month'
            else
                'the last ' || cast(monthly_volumes.months as {{ text }}) || ' complete months'
        end
        || ', fewer than {{ min_completions }} a month.' as finding,
        {{ waymark.rate('monthly_volumes.completions', 'monthly_volumes.months') }}
            as measured_value,
        cast({{ min_completions }} as {{ double }}) as limit_value
    from tiered_goals
    inner join monthly_volumes on tiered_goals.goal_id = monthly_volumes.goal_id
    where monthly_volumes.completions < {{ min_completions }} * monthly_volumes.months

),

---------- whether its target still asks for anything

recent_weeks as (

    select
        *,
        row_number() over (partition by goal_name order by period_start desc) as recency
    from goal_status
    where is_complete_period

),

half_years as (

    select
        goal_name,
        count(*) as weeks,
        count(zone) as judged_weeks,
        count(case when zone = 'on_target' then 1 end) as weeks_on_target,
        min(period_start) as first_week
    from recent_weeks
    where recency <= {{ weeks }}
    group by goal_name

),

outgrown as (

    select
        tiered_goals.goal_name as goal_name,
        'outgrown' as rule_name,
        {{ no_text }} as other_goal_name,
        '"' || tiered_goals.label || '" was on target in '
        || case
            when half_years.judged_weeks = half_years.weeks
                then 'every one of the last {{ weeks }} weeks'
            else
                'all ' || cast(half_years.judged_weeks as {{ text }})
                || ' judged weeks of the last {{ weeks }}'
        end
        || ', since ' || cast(half_years.first_week as {{ text }})
        || ': the target asks for nothing.' as finding,
        {{ waymark.rate('half_years.weeks_on_target', 'half_years.judged_weeks') }}
            as measured_value,
        cast(1 as {{ double }}) as limit_value
    from tiered_goals
    inner join half_years on tiered_goals.goal_name = half_years.goal_name
    where
        half_years.weeks = {{ weeks }}
        and half_years.judged_weeks >= {{ min_judged_weeks }}
        and half_years.weeks_on_target = half_years.judged_weeks

),

---------- whether another goal says the same

-- of a pair the one further down the tree, then the rarer, then the later in the alphabet
pairs as (

    select
        tiered_goals.goal_name as goal_name,
        other_goals.goal_name as other_goal_name,
        tiered_goals.label as label,
        other_goals.label as other_label,
        goal_pairs.both_visitors as both_visitors,
        goal_pairs.visitors + goal_pairs.other_visitors - goal_pairs.both_visitors
            as either_visitors,
        goal_pairs.phi as phi
    from {{ ref('int_goal_overlaps') }} as goal_pairs
    inner join tiered_goals on goal_pairs.goal_id = tiered_goals.goal_id
    inner join tiered_goals as other_goals on goal_pairs.other_goal_id = other_goals.goal_id
    where
        goal_pairs.phi > {{ max_phi }}
        and goal_pairs.visitors >= {{ min_visitors }}
        and goal_pairs.other_visitors >= {{ min_visitors }}
        and (
            tiered_goals.tier > other_goals.tier
            or tiered_goals.tier = other_goals.tier
            and (
                goal_pairs.visitors < goal_pairs.other_visitors
                or goal_pairs.visitors = goal_pairs.other_visitors
                and tiered_goals.goal_name > other_goals.goal_name
            )
        )

),

near_duplicate as (

    select
        goal_name,
        'near_duplicate' as rule_name,
        other_goal_name,
        '"' || label || '" is completed by nearly the same visitors as "' || other_label || '": '
        || cast(both_visitors as {{ text }}) || ' of the '
        || cast(either_visitors as {{ text }})
        || ' who completed one of them completed both (phi '
        || {{ waymark.rounded_text('phi', 2) }}
        || ').' as finding,
        phi as measured_value,
        cast({{ max_phi }} as {{ double }}) as limit_value
    from pairs

),

---------- whether it leads where the tree says

edges as (

    select
        adjusted.micro_goal_name as micro_goal_name,
        adjusted.macro_goal_name as macro_goal_name,
        adjusted.verdict as verdict,
        adjusted.odds_ratio as odds_ratio,
        '"' || adjusted.micro_label || '" '
        || case adjusted.verdict
            when 'noise' then 'does not predict "'
            else 'predicts the opposite of "'
        end
        || adjusted.macro_label || '". Of those who did it '
        || {{ waymark.percent_text('naive.exposed_rate') }}
        || ' converted at some time, of the others '
        || {{ waymark.percent_text('naive.unexposed_rate') }}
        || '; among visitors alike the odds are '
        || {{ waymark.rounded_text('adjusted.odds_ratio', 2) }} || ' times as high ('
        || {{ waymark.rounded_text('adjusted.odds_ratio_low', 2) }} || ' to '
        || {{ waymark.rounded_text('adjusted.odds_ratio_high', 2) }} || ').' as finding
    from {{ ref('goal_lift') }} as adjusted
    inner join {{ ref('goal_lift') }} as naive
        on
            adjusted.micro_goal_name = naive.micro_goal_name
            and adjusted.macro_goal_name = naive.macro_goal_name
    where
        adjusted.is_edge
        and adjusted.reading = 'adjusted'
        and naive.reading = 'naive'

),

{% for rule_name in ['noise', 'harmful'] -%}
{{ rule_name }} as (

    select
        micro_goal_name as goal_name,
        '{{ rule_name }}' as rule_name,
        macro_goal_name as other_goal_name,
        finding,
        odds_ratio as measured_value,
        cast(1 as {{ double }}) as limit_value
    from edges
    where verdict = '{{ rule_name }}'

),

{% endfor -%}
---------- all findings, and which of them are answered

findings as (

    {% for rule_name in severities -%}
    select * from {{ rule_name }}
    {{ 'union all' if not loop.last }}
    {% endfor %}
),

answers as (

    select
        goal_name,
        rule_name,
        decision || ', ' || decided_by || ', ' || cast(decided_at as {{ text }})
        || coalesce(': ' || nullif(note, ''), '') as answer
    from (
        select
            goal_decisions.*,
            row_number() over (
                partition by goal_decisions.goal_name, goal_decisions.rule_name
                order by
                    goal_decisions.decided_at desc,
                    goal_decisions.decision asc,
                    goal_decisions.decided_by asc,
                    goal_decisions.note asc
            ) as recency
        from goal_decisions
        cross join reviewed
        where goal_decisions.decided_at >= reviewed.decided_since
    ) as ranked_answers
    where
        recency = 1
        and rule_name is not null

),

final as (

    select
        findings.goal_name as goal_name,
        goals.label as label,
        goals.tier as tier,
        goals.owner as owner,
        findings.rule_name as rule_name,
        findings.other_goal_name as other_goal_name,
        case findings.rule_name
            {% for rule_name, severity in severities.items() -%}
            when '{{ rule_name }}' then '{{ severity }}'
            {% endfor -%}
        end as severity,
        findings.finding as finding,
        case findings.rule_name
            {% for rule_name, recommendation in recommendations.items() -%}
            when '{{ rule_name }}' then {{ waymark.text_literal(recommendation) }}
            {% endfor -%}
        end as recommendation,
        case findings.rule_name
            {% for rule_name, measure in measures.items() -%}
            when '{{ rule_name }}' then '{{ measure }}'
            {% endfor -%}
        end as measure,
        findings.measured_value as measured_value,
        findings.limit_value as limit_value,
        answers.answer is not null as is_excepted,
        answers.answer as excepted_because
    from findings
    inner join goals on findings.goal_name = goals.goal_name
    left join answers
        on
            findings.goal_name = answers.goal_name
            and findings.rule_name = answers.rule_name

)

select

    ---------- the goal
    goal_name,
    label,
    tier,
    owner,

    ---------- what was found
    rule_name,
    other_goal_name,
    severity,
    finding,
    recommendation,
    measure,
    measured_value,
    limit_value,

    ---------- what was decided about it
    is_excepted,
    excepted_because

from final
