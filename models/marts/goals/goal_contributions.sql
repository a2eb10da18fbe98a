{{ config(materialized='refreshed') }}

{%- set config_ = waymark.load_config() %}
{%- set double = waymark.sql_type('double') %}
{%- set dimensions = ['device_category', 'channel', 'country'] %}
{%- set counts = {
    'eligible_units': 'bigint',
    'completed_units': 'bigint',
    'completions': 'bigint',
    'total_value': 'decimal(33, 4)',
} %}
{#- All goals that lead to a goal, directly. -#}
{%- set children = [] %}
{%- for goal in config_.goals.values() if goal.parent %}
    {%- do children.append([goal.parent, goal.name]) %}
{%- endfor %}
{%- set plan = waymark.rebuild_plan(
    ['goal_status', 'goal_completions', 'int_goal_entries', 'int_visitor_periods', 'visitors'],
    ['goals'],
) %}

{{ waymark.refresh_header(plan) }}
with

goals as (

    select * from {{ ref('goals') }}

),

goal_status as (

    select * from {{ ref('goal_status') }}
    where is_complete_period

),

goal_completions as {{ waymark.not_materialized() }}(

    select
        goal_name,
        goal_id,
        value,
        {{ waymark.lasting_visitor_key('visitor_key') }} as visitor_key,
        {{ waymark.period_start(
            waymark.to_local_time('completed_at', config_.timezone), 'week', config_.week_start
        ) }} as period_start
    from {{ ref('goal_completions') }}

),

visitor_periods as {{ waymark.not_materialized() }}(

    select * from {{ ref('int_visitor_periods') }}

),

visitors as {{ waymark.not_materialized() }}(

    select
        visitor_key,
        {% for dimension in dimensions -%}
        coalesce(first_{{ dimension }}, '(not set)') as {{ dimension }}{{ ',' if not loop.last }}
        {% endfor %}
    from {{ ref('visitors') }}

),

---------- the last complete week of each goal, and the week before if that is complete too

ranked as (

    select
        *,
        row_number() over (partition by goal_id order by period_start desc) as recency
    from goal_status

),

changes as (

    select
        ranked.goal_id as goal_id,
        ranked.goal_name as goal_name,
        ranked.metric as metric,
        ranked.direction as direction,
        ranked.period_start as period_start,
        week_before.period_start as previous_period_start,
        ranked.value as value,
        week_before.value as previous_value
    from ranked
    inner join goal_status as week_before
        on
            ranked.goal_id = week_before.goal_id
            and {{ waymark.add_periods('ranked.period_start', -1, 'week') }}
            = week_before.period_start
    where
        ranked.recency = 1
        and ranked.value is not null
        and week_before.value is not null

),

goal_weeks as (

    select
        changes.goal_id as goal_id,
        changes.metric as metric,
        goals.eligible_after_goal_name as eligible_after_goal_name,
        changes.period_start as period_start,
        'current' as side
    from changes
    inner join goals on changes.goal_id = goals.goal_id

    union all

    select
        changes.goal_id as goal_id,
        changes.metric as metric,
        goals.eligible_after_goal_name as eligible_after_goal_name,
        changes.previous_period_start as period_start,
        'previous' as side
    from changes
    inner join goals on changes.goal_id = goals.goal_id

),

---------- who could complete the goals in these weeks, and who did; the units of goal_status

active_cells as (

    select
        visitor_periods.period_start as period_start,
        {% for dimension in dimensions -%}
        visitors.{{ dimension }} as {{ dimension }},
        {% endfor -%}
        count(*) as units
    from visitor_periods
    inner join visitors on visitor_periods.visitor_key = visitors.visitor_key
    where visitor_periods.period_start in (select goal_weeks.period_start from goal_weeks)
    group by 1, 2, 3, 4

),

unit_weeks as (

    select
        goal_completions.goal_id,
        goal_weeks.side,
        goal_weeks.metric,
        goal_weeks.eligible_after_goal_name,
        goal_completions.period_start,
        goal_completions.visitor_key,
        count(*) as completions,
        sum(goal_completions.value) as total_value
    from goal_completions
    inner join goal_weeks
        on
            goal_completions.goal_id = goal_weeks.goal_id
            and goal_completions.period_start = goal_weeks.period_start
    where
        goal_weeks.eligible_after_goal_name is null
        or goal_weeks.metric = 'retention_rate'
    group by 1, 2, 3, 4, 5, 6

),

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

eligible_for_retention as (

    select
        goal_weeks.goal_id,
        goal_weeks.side,
        goal_weeks.period_start,
        retention_base.visitor_key
    from goal_weeks
    inner join retention_base
        on
            goal_weeks.goal_id = retention_base.goal_id
            and goal_weeks.period_start > retention_base.in_since

    union all

    select
        goal_weeks.goal_id,
        goal_weeks.side,
        goal_weeks.period_start,
        visitor_periods.visitor_key
    from goal_weeks
    inner join visitor_periods
        on
            goal_weeks.period_start
            = {{ waymark.add_periods('visitor_periods.period_start', 1, 'week') }}
    where
        goal_weeks.metric = 'retention_rate'
        and goal_weeks.eligible_after_goal_name is null

),

units as (

    select
        goal_id,
        side,
        visitor_key,
        0 as eligible_units,
        case when visitor_key is null then 0 else 1 end as completed_units,
        cast(completions as bigint) as completions,
        cast(total_value as decimal(33, 4)) as total_value
    from unit_weeks
    where metric <> 'retention_rate'

    union all

    select
        goal_weeks.goal_id,
        goal_weeks.side,
        entries.visitor_key,
        1 as eligible_units,
        case when entries.completions > 0 then 1 else 0 end as completed_units,
        cast(entries.completions as bigint) as completions,
        cast(entries.total_value as decimal(33, 4)) as total_value
    from goal_weeks
    inner join {{ ref('int_goal_entries') }} as entries
        on
            goal_weeks.goal_id = entries.goal_id
            and goal_weeks.period_start = entries.period_start

    union all

    select
        eligible_for_retention.goal_id,
        eligible_for_retention.side,
        eligible_for_retention.visitor_key,
        1 as eligible_units,
        case when unit_weeks.visitor_key is null then 0 else 1 end as completed_units,
        cast(coalesce(unit_weeks.completions, 0) as bigint) as completions,
        cast(unit_weeks.total_value as decimal(33, 4)) as total_value
    from eligible_for_retention
    left join unit_weeks
        on
            eligible_for_retention.goal_id = unit_weeks.goal_id
            and eligible_for_retention.period_start = unit_weeks.period_start
            and eligible_for_retention.visitor_key = unit_weeks.visitor_key

),

cells as (

    select
        units.goal_id,
        units.side,
        {% for dimension in dimensions -%}
        coalesce(visitors.{{ dimension }}, '(no visitor)') as {{ dimension }},
        {% endfor -%}
        {% for count, type in counts.items() -%}
        cast(sum(units.{{ count }}) as {{ type }}) as {{ count }}{{ ',' if not loop.last }}
        {% endfor %}
    from units
    left join visitors on units.visitor_key = visitors.visitor_key
    group by 1, 2, 3, 4, 5

    union all

    select
        goal_weeks.goal_id,
        goal_weeks.side,
        {% for dimension in dimensions -%}
        active_cells.{{ dimension }},
        {% endfor -%}
        cast(active_cells.units as bigint) as eligible_units,
        cast(0 as bigint) as completed_units,
        cast(0 as bigint) as completions,
        cast(null as decimal(33, 4)) as total_value
    from goal_weeks
    inner join active_cells on goal_weeks.period_start = active_cells.period_start
    where
        goal_weeks.eligible_after_goal_name is null
        and goal_weeks.metric <> 'retention_rate'

),

segments as (

    {% for dimension in dimensions -%}
    select
        goal_id,
        '{{ dimension }}' as dimension,
        {{ dimension }} as segment,
        {% for side in ['current', 'previous'] -%}
        {% set last = loop.last -%}
        {% for count in counts -%}
        cast(coalesce(sum(case when side = '{{ side }}' then {{ count }} end), 0) as {{ double }})
            as {{ side }}_{{ count }}{{ ',' if not (last and loop.last) }}
        {% endfor -%}
        {% endfor %}
    from cells
    group by goal_id, {{ dimension }}
    {{ 'union all' if not loop.last }}
    {% endfor %}
),

---------- a value is an amount over a base, or an amount

measured as (

    select
        segments.goal_id as goal_id,
        segments.dimension as dimension,
        segments.segment as segment,
        changes.metric in ('converters', 'completions', 'value') as is_total,
        {% for side in ['current', 'previous'] -%}
        case
            when changes.metric = 'value_per_completion' then segments.{{ side }}_completions
            else segments.{{ side }}_eligible_units
        end as {{ side }}_base,
        case
            when changes.metric = 'completions' then segments.{{ side }}_completions
            when changes.metric in ('value', 'value_per_unit', 'value_per_completion')
                then segments.{{ side }}_total_value
            else segments.{{ side }}_completed_units
        end as {{ side }}_amount{{ ',' if not loop.last }}
        {% endfor %}
    from segments
    inner join changes on segments.goal_id = changes.goal_id

),

seen as (

    select * from measured
    where
        current_base > 0
        or previous_base > 0
        or current_amount <> 0
        or previous_amount <> 0

),

-- `share` of the base and `part` of the whole's rate; `level` is the segment's own rate
shared as (

    select
        *,
        {% for side in ['current', 'previous'] -%}
        sum({{ side }}_base) over (partition by goal_id, dimension) as {{ side }}_whole,
        {{ side }}_base / nullif(sum({{ side }}_base) over (partition by goal_id, dimension), 0)
            as {{ side }}_share,
        {{ side }}_amount / nullif(sum({{ side }}_base) over (partition by goal_id, dimension), 0)
            as {{ side }}_part,
        sum({{ side }}_amount) over (partition by goal_id, dimension)
        / nullif(sum({{ side }}_base) over (partition by goal_id, dimension), 0)
            as {{ side }}_rate,
        {{ side }}_amount / nullif({{ side }}_base, 0) as {{ side }}_level{{ ',' if not loop.last }}
        {% endfor %}
    from seen

),

-- where a segment was or is not, its rate is taken to be that of the other week
levelled as (

    select
        *,
        (
            coalesce(current_level, previous_level, 0) + coalesce(previous_level, current_level, 0)
        ) / 2 as mean_level,
        (current_rate + previous_rate) / 2 as mean_rate,
        case when is_total then (current_whole + previous_whole) / 2 else 1 end as scale,
        case when is_total then current_whole - previous_whole else 0 end as growth,
        current_whole > 0 and previous_whole > 0 as is_divisible
    from shared

),

segment_effects as (

    select
        goal_id,
        dimension,
        segment,
        current_base,
        previous_base,
        current_amount,
        previous_amount,
        case when is_divisible then growth * (current_part + previous_part) / 2 else 0 end
            as volume_effect,
        case
            when is_divisible
                then
                    scale * (
                        (current_share - previous_share) * mean_level
                        - (current_share - previous_share) * mean_rate
                    )
            else 0
        end as mix_effect,
        case
            when is_divisible
                then
                    scale * (
                        current_part - previous_part - (current_share - previous_share) * mean_level
                    )
            else current_amount - previous_amount
        end as rate_effect
    from levelled

),

---------- steps to the goal: how many get there, and what comes of each of them

children as (

    {{ waymark.literal_rows(
        {'parent_goal_name': 'text', 'child_goal_name': 'text'}, children
    ) }}

),

parents as (

    select
        {% for column in [
            'goal_id', 'goal_name', 'metric', 'direction', 'period_start',
            'previous_period_start', 'value', 'previous_value',
        ] -%}
        changes.{{ column }} as {{ column }},
        {% endfor -%}
        {% for side in ['current', 'previous'] -%}
        cast(case
            when changes.metric in ('converters', 'completions', 'value') then 1
            when changes.metric = 'value_per_completion' then {{ side }}_week.completions
            else {{ side }}_week.eligible_units
        end as {{ double }}) as {{ side }}_base{{ ',' if not loop.last }}
        {% endfor %}
    from changes
    inner join goal_status as current_week
        on
            changes.goal_id = current_week.goal_id
            and changes.period_start = current_week.period_start
    inner join goal_status as previous_week
        on
            changes.goal_id = previous_week.goal_id
            and changes.previous_period_start = previous_week.period_start

),

child_reach as (

    select
        parents.goal_id as goal_id,
        children.child_goal_name as segment,
        parents.value as value,
        parents.previous_value as previous_value,
        parents.current_base as current_base,
        parents.previous_base as previous_base,
        cast(current_week.completed_units as {{ double }}) as current_amount,
        cast(previous_week.completed_units as {{ double }}) as previous_amount,
        current_week.completed_units / nullif(parents.current_base, 0) as reach,
        previous_week.completed_units / nullif(parents.previous_base, 0) as previous_reach
    from parents
    inner join children on parents.goal_name = children.parent_goal_name
    inner join goal_status as current_week
        on
            children.child_goal_name = current_week.goal_name
            and parents.period_start = current_week.period_start
    inner join goal_status as previous_week
        on
            children.child_goal_name = previous_week.goal_name
            and parents.previous_period_start = previous_week.period_start

),

child_effects as (

    select
        goal_id,
        'child_goal' as dimension,
        segment,
        current_base,
        previous_base,
        current_amount,
        previous_amount,
        (reach - previous_reach) * (value / reach + previous_value / previous_reach) / 2
            as reach_effect,
        (value / reach - previous_value / previous_reach) * (reach + previous_reach) / 2
            as other_effect
    from child_reach
    where
        reach > 0
        and previous_reach > 0

),

effects as (

    select
        goal_id,
        dimension,
        segment,
        current_base,
        previous_base,
        current_amount,
        previous_amount,
        volume_effect,
        mix_effect,
        rate_effect,
        cast(null as {{ double }}) as other_effect,
        volume_effect + mix_effect + rate_effect as contribution
    from segment_effects

    union all

    select
        goal_id,
        dimension,
        segment,
        current_base,
        previous_base,
        current_amount,
        previous_amount,
        cast(null as {{ double }}) as volume_effect,
        cast(null as {{ double }}) as mix_effect,
        reach_effect as rate_effect,
        other_effect,
        reach_effect as contribution
    from child_effects

),

compared as (

    select
        changes.goal_id as goal_id,
        changes.goal_name as goal_name,
        changes.metric as metric,
        changes.direction as direction,
        changes.period_start as period_start,
        changes.value as value,
        changes.previous_value as previous_value,
        changes.value - changes.previous_value as change,
        effects.dimension as dimension,
        effects.segment as segment,
        effects.current_base as current_base,
        effects.previous_base as previous_base,
        effects.current_amount as current_amount,
        effects.previous_amount as previous_amount,
        effects.volume_effect as volume_effect,
        effects.mix_effect as mix_effect,
        effects.rate_effect as rate_effect,
        effects.other_effect as other_effect,
        effects.contribution as contribution,
        effects.contribution / nullif(changes.value - changes.previous_value, 0)
            as contribution_share
    from effects
    inner join changes on effects.goal_id = changes.goal_id

),

final as (

    select
        *,
        row_number() over (
            partition by goal_id, dimension
            order by coalesce(contribution_share, 0) desc, segment
        ) as contribution_rank
    from compared

)

select

    ---------- the goal and its change
    goal_name,
    goal_id,
    metric,
    direction,
    period_start,
    value,
    previous_value,
    change,

    ---------- the segment
    dimension,
    segment,
    cast(current_base as {{ double }}) as base,
    cast(previous_base as {{ double }}) as previous_base,
    cast(current_amount as {{ double }}) as amount,
    cast(previous_amount as {{ double }}) as previous_amount,

    ---------- its part in the change
    volume_effect,
    mix_effect,
    rate_effect,
    other_effect,
    contribution,
    contribution_share,
    cast(contribution_rank as {{ dbt.type_bigint() }}) as contribution_rank

from final
