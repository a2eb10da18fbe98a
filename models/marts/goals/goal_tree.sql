{%- set rows = [] %}
{%- set goals = waymark.load_config().goals.values() %}
{%- set depth = goals | map(attribute='depth') | max | default(0, true) %}
{%- for goal in waymark.load_config().goals.values() %}
    {%- for ancestor in goal.ancestors + [goal.name] %}
        {%- do rows.append([ancestor, goal.name]) %}
    {%- endfor %}
{%- endfor %}

with

goals as (

    select * from {{ ref('goals') }}

),

goal_status as (

    select * from {{ ref('goal_status') }}

),

-- does it predict the goal above it?
evidence as (

    select *
    from {{ ref('goal_lift') }}
    where is_edge and reading = 'adjusted'

),

-- every goal with every goal below it, and itself
subtrees as (

    {{ waymark.literal_rows({'ancestor_goal_name': 'text', 'goal_name': 'text'}, rows) }}

),

-- the last complete period of each goal, or else its last
latest_status as (

    select *
    from (
        select
            *,
            row_number() over (
                partition by goal_name
                order by case when is_complete_period then 0 else 1 end, period_start desc
            ) as recency
        from goal_status
    ) as ranked
    where recency = 1

),

subtree_status as (

    select
        subtrees.ancestor_goal_name as goal_name,
        count(*) - 1 as goals_below,
        min({{ waymark.zone_rank('latest_status.zone') }}) as worst_rank,
        sum(case when latest_status.zone = 'problem' then 1 else 0 end) as problems_in_subtree,
        sum(
            case when latest_status.needs_investigation then 1 else 0 end
        ) as investigations_in_subtree
    from subtrees
    left join latest_status on subtrees.goal_name = latest_status.goal_name
    group by subtrees.ancestor_goal_name

),

children as (

    select
        goals.parent_goal_name,
        goals.goal_name as goal_name,
        subtree_status.worst_rank,
        row_number() over (
            partition by goals.parent_goal_name
            order by
                subtree_status.worst_rank,
                case goals.direction
                    when 'increase' then latest_status.change_rate
                    else -latest_status.change_rate
                end nulls last,
                goals.goal_name
        ) as badness
    from goals
    inner join subtree_status on goals.goal_name = subtree_status.goal_name
    left join latest_status on goals.goal_name = latest_status.goal_name
    where goals.parent_goal_name is not null

),

-- which of its children moved a goal most the way that it went
main_causes as (

    select
        goal_name,
        segment as child_goal_name
    from {{ ref('goal_contributions') }}
    where
        dimension = 'child_goal'
        and contribution_rank = 1
        and contribution_share > 0

),

paths_to_causes as (

    select
        cause_1.goal_name as goal_name,
        cause_1.goal_name || ' > ' || cause_1.child_goal_name
        {%- for level in range(2, depth + 1) %}
        || coalesce(' > ' || cause_{{ level }}.child_goal_name, '')
        {%- endfor %} as path_to_cause
    from main_causes as cause_1
    {%- for level in range(2, depth + 1) %}
    left join main_causes as cause_{{ level }}
        on cause_{{ level - 1 }}.child_goal_name = cause_{{ level }}.goal_name
    {%- endfor %}

),

final as (

    select
        goals.goal_id as goal_id,
        goals.goal_name as goal_name,
        goals.label as label,
        goals.tier as tier,
        goals.kind as kind,
        goals.parent_goal_name as parent_goal_name,
        goals.depth as depth,
        goals.path as path,
        goals.owner as owner,
        goals.review_cadence as review_cadence,
        goals.metric as metric,
        latest_status.period_start as period_start,
        latest_status.is_complete_period as is_complete_period,
        latest_status.value as value,
        latest_status.eligible_units as eligible_units,
        latest_status.completed_units as completed_units,
        latest_status.zone as zone,
        latest_status.is_certain as is_certain,
        latest_status.not_judged_because as not_judged_because,
        latest_status.change_rate as change_rate,
        coalesce(latest_status.needs_investigation, false) as needs_investigation,
        evidence.verdict as evidence_verdict,
        evidence.verdict_reason as evidence_reason,
        evidence.odds_ratio as evidence_odds_ratio,
        evidence.odds_ratio_low as evidence_odds_ratio_low,
        evidence.odds_ratio_high as evidence_odds_ratio_high,
        subtree_status.goals_below as goals_below,
        case subtree_status.worst_rank
            when 1 then 'problem'
            when 2 then 'below_baseline'
            when 3 then 'on_baseline'
            when 4 then 'on_target'
        end as subtree_zone,
        subtree_status.problems_in_subtree as problems_in_subtree,
        subtree_status.investigations_in_subtree as investigations_in_subtree,
        children.goal_name as worst_child_goal_name,
        paths_to_causes.path_to_cause as path_to_cause
    from goals
    inner join subtree_status on goals.goal_name = subtree_status.goal_name
    left join latest_status on goals.goal_name = latest_status.goal_name
    left join evidence on goals.goal_name = evidence.micro_goal_name
    left join children
        on
            goals.goal_name = children.parent_goal_name
            and children.badness = 1
    left join paths_to_causes on goals.goal_name = paths_to_causes.goal_name

)

select

    ---------- the goal and its place
    goal_id,
    goal_name,
    label,
    tier,
    kind,
    parent_goal_name,
    depth,
    path,
    owner,
    review_cadence,
    metric,

    ---------- its latest status
    period_start,
    is_complete_period,
    value,
    eligible_units,
    completed_units,
    zone,
    is_certain,
    not_judged_because,
    change_rate,
    needs_investigation,

    ---------- whether it predicts its parent
    evidence_verdict,
    evidence_reason,
    evidence_odds_ratio,
    evidence_odds_ratio_low,
    evidence_odds_ratio_high,

    ---------- what is below it
    goals_below,
    subtree_zone,
    cast(problems_in_subtree as bigint) as problems_in_subtree,
    cast(investigations_in_subtree as bigint) as investigations_in_subtree,
    worst_child_goal_name,
    path_to_cause

from final
