{{ config(materialized='refreshed') }}

{%- set config_ = waymark.load_config() %}
{%- set rates = "('conversion_rate', 'retention_rate')" %}
{%- set goal_thresholds = waymark.seed_relation('goal_thresholds') %}
{#- From where on a week has changed: suddenly by the robust z of its days and against what was
    expected, slowly by the trend of the last weeks (p below 0.01) and over them. -#}
{%- set weeks_back = 8 %}
{%- set sudden = {'z': 3.5, 'change': 0.05} %}
{%- set slow = {'least_weeks': 6, 'z': 2.5758, 'change': 0.1} %}
{%- set plan = waymark.rebuild_plan(
    [
        'goal_completions', 'int_visitor_periods', 'int_goal_entries', 'int_goal_deviations',
        'events',
    ],
    ['goals'],
    [goal_thresholds],
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
            waymark.to_local_time('completed_at', config_.timezone), 'week', config_.week_start
        ) }} as period_start
    from {{ ref('goal_completions') }}

),

visitor_periods as {{ waymark.not_materialized() }}(

    select * from {{ ref('int_visitor_periods') }}

),

goal_thresholds as (

    select
        goal_name,
        cast(effective_from as date) as effective_from,
        cast(problem as {{ waymark.sql_type('double') }}) as problem,
        cast(baseline as {{ waymark.sql_type('double') }}) as baseline,
        cast(target as {{ waymark.sql_type('double') }}) as target,
        cast(min_volume as bigint) as min_volume
    from {{ goal_thresholds }}

),

data_range as (

    select
        min(event_date) as first_event_date,
        max(event_date) as last_event_date
    from {{ ref('events') }}

),

periods as (

    {{ waymark.date_rows(
        'data_range',
        [],
        waymark.period_start('first_event_date', 'week', config_.week_start),
        waymark.period_start('last_event_date', 'week', config_.week_start),
        'week',
        'period_start',
    ) }}

),

goal_periods as (

    select
        goals.*,
        periods.period_start,
        {{ waymark.add_periods('periods.period_start', 1, 'week') }} as next_period_start
    from goals
    cross join periods

),

---------- goals measured among all visitors who were active in the period

active_units as (

    select
        period_start,
        count(*) as units
    from visitor_periods
    group by period_start

),

period_completions as (

    select
        goal_id,
        period_start,
        count(distinct visitor_key) as completed_units,
        count(*) as completions,
        sum(value) as total_value
    from goal_completions
    group by goal_id, period_start

),

measured_in_period as (

    select
        goal_periods.goal_id as goal_id,
        goal_periods.period_start as period_start,
        coalesce(active_units.units, 0) as eligible_units,
        0 as immature_units,
        coalesce(period_completions.completed_units, 0) as completed_units,
        coalesce(period_completions.completions, 0) as completions,
        period_completions.total_value
    from goal_periods
    left join active_units on goal_periods.period_start = active_units.period_start
    left join period_completions
        on
            goal_periods.goal_id = period_completions.goal_id
            and goal_periods.period_start = period_completions.period_start
    where
        goal_periods.eligible_after_goal_name is null
        and goal_periods.metric <> 'retention_rate'

),

---------- goals measured among those who reached another goal in the period, if their time is up

entry_periods as (

    select
        goal_id,
        period_start,
        sum(case when is_immature then 0 else 1 end) as eligible_units,
        sum(case when is_immature then 1 else 0 end) as immature_units,
        sum(case when not is_immature and completions > 0 then 1 else 0 end) as completed_units,
        sum(case when is_immature then 0 else completions end) as completions,
        sum(case when not is_immature then total_value end) as total_value
    from {{ ref('int_goal_entries') }}
    group by goal_id, period_start

),

measured_after_entry as (

    select
        goal_periods.goal_id,
        goal_periods.period_start,
        coalesce(entry_periods.eligible_units, 0) as eligible_units,
        coalesce(entry_periods.immature_units, 0) as immature_units,
        coalesce(entry_periods.completed_units, 0) as completed_units,
        coalesce(entry_periods.completions, 0) as completions,
        entry_periods.total_value
    from goal_periods
    left join entry_periods
        on
            goal_periods.goal_id = entry_periods.goal_id
            and goal_periods.period_start = entry_periods.period_start
    where
        goal_periods.eligible_after_goal_name is not null
        and goal_periods.metric <> 'retention_rate'

),

---------- retention: of those who were in before the period began, who completed the goal in it

base as (

    select
        goals.goal_id,
        entry_completions.visitor_key,
        min(entry_completions.period_start) as in_since,
        cast(null as date) as active_in
    from goals
    inner join goal_completions as entry_completions
        on goals.eligible_after_goal_name = entry_completions.goal_name
    where
        goals.metric = 'retention_rate'
        and entry_completions.visitor_key is not null
    group by 1, 2

    union all

    select
        goals.goal_id,
        visitor_periods.visitor_key,
        cast(null as date) as in_since,
        visitor_periods.period_start as active_in
    from goals
    cross join visitor_periods
    where
        goals.metric = 'retention_rate'
        and goals.eligible_after_goal_name is null

),

eligible_for_retention as (

    select
        goal_periods.goal_id,
        goal_periods.period_start,
        base.visitor_key
    from goal_periods
    inner join base
        on
            goal_periods.goal_id = base.goal_id
            and (
                goal_periods.period_start > base.in_since
                or goal_periods.period_start
                = {{ waymark.add_periods('base.active_in', 1, 'week') }}
            )

),

unit_completions as (

    select
        goal_id,
        period_start,
        visitor_key,
        count(*) as completions,
        sum(value) as total_value
    from goal_completions
    where visitor_key is not null
    group by goal_id, period_start, visitor_key

),

retention_counts as (

    select
        eligible_for_retention.goal_id,
        eligible_for_retention.period_start,
        count(*) as eligible_units,
        count(unit_completions.visitor_key) as completed_units,
        coalesce(sum(unit_completions.completions), 0) as completions,
        sum(unit_completions.total_value) as total_value
    from eligible_for_retention
    left join unit_completions
        on
            eligible_for_retention.goal_id = unit_completions.goal_id
            and eligible_for_retention.period_start = unit_completions.period_start
            and eligible_for_retention.visitor_key = unit_completions.visitor_key
    group by eligible_for_retention.goal_id, eligible_for_retention.period_start

),

measured_retention as (

    select
        goal_periods.goal_id,
        goal_periods.period_start,
        coalesce(retention_counts.eligible_units, 0) as eligible_units,
        0 as immature_units,
        coalesce(retention_counts.completed_units, 0) as completed_units,
        coalesce(retention_counts.completions, 0) as completions,
        retention_counts.total_value
    from goal_periods
    left join retention_counts
        on
            goal_periods.goal_id = retention_counts.goal_id
            and goal_periods.period_start = retention_counts.period_start
    where goal_periods.metric = 'retention_rate'

),

measured_by_kind as (

    {% for measured in ['in_period', 'after_entry', 'retention'] -%}
    select
        goal_id,
        period_start,
        {% for column in ['eligible_units', 'immature_units', 'completed_units', 'completions'] -%}
        cast({{ column }} as bigint) as {{ column }},
        {% endfor -%}
        cast(total_value as decimal(33, 4)) as total_value
    from measured_{{ measured }}
    {{ 'union all' if not loop.last }}

    {% endfor %}
),

goal_currencies as (

    select
        goal_id,
        count(distinct currency) as currencies
    from goal_completions
    group by goal_id

),

-- money of several currencies does not add up
measured as (

    select
        measured_by_kind.goal_id,
        measured_by_kind.period_start,
        measured_by_kind.eligible_units,
        measured_by_kind.immature_units,
        measured_by_kind.completed_units,
        measured_by_kind.completions,
        case
            when goal_currencies.currencies > 1 then null
            when measured_by_kind.completions = 0 then 0
            else measured_by_kind.total_value
        end as total_value
    from measured_by_kind
    left join goal_currencies on measured_by_kind.goal_id = goal_currencies.goal_id

),

---------- value, thresholds and verdict

valued as (

    select
        goal_periods.goal_id as goal_id,
        goal_periods.goal_name,
        goal_periods.tier,
        goal_periods.owner,
        goal_periods.metric,
        goal_periods.direction,
        goal_periods.severity,
        goal_periods.period_start as period_start,
        measured.eligible_units,
        measured.immature_units,
        measured.completed_units,
        measured.completions,
        measured.total_value,
        {{ waymark.metric_value('goal_periods.metric', 'measured') }} as value,
        goal_periods.period_start >= data_range.first_event_date
        and goal_periods.next_period_start
        <= {{ waymark.add_periods('data_range.last_event_date', 1, 'day') }}
        and measured.immature_units = 0 as is_complete_period
    from goal_periods
    cross join data_range
    inner join measured
        on
            goal_periods.goal_id = measured.goal_id
            and goal_periods.period_start = measured.period_start

),

thresholds_in_force as (

    select
        goal_periods.goal_id,
        goal_periods.period_start,
        goal_thresholds.problem,
        goal_thresholds.baseline,
        goal_thresholds.target,
        goal_thresholds.min_volume,
        row_number() over (
            partition by goal_periods.goal_id, goal_periods.period_start
            order by goal_thresholds.effective_from desc
        ) as recency
    from goal_periods
    inner join goal_thresholds
        on
            goal_periods.goal_name = goal_thresholds.goal_name
            and goal_periods.period_start >= goal_thresholds.effective_from

),

judged as (

    select
        valued.*,
        thresholds_in_force.problem,
        thresholds_in_force.baseline,
        thresholds_in_force.target,
        thresholds_in_force.min_volume,
        valued.eligible_units >= coalesce(thresholds_in_force.min_volume, 0) as has_min_volume,
        case
            when valued.metric in {{ rates }}
                then {{ waymark.wilson_bound(
                    'valued.completed_units', 'valued.eligible_units', 'lower'
                ) }}
        end as interval_low,
        case
            when valued.metric in {{ rates }}
                then {{ waymark.wilson_bound(
                    'valued.completed_units', 'valued.eligible_units', 'upper'
                ) }}
        end as interval_high,
        lag(valued.value) over (
            partition by valued.goal_id
            order by valued.period_start
        ) as previous_value,
        lag(valued.is_complete_period) over (
            partition by valued.goal_id
            order by valued.period_start
        ) as is_previous_complete
    from valued
    left join thresholds_in_force
        on
            valued.goal_id = thresholds_in_force.goal_id
            and valued.period_start = thresholds_in_force.period_start
            and thresholds_in_force.recency = 1

),

explained as (

    select
        *,
        case
            when problem is null or baseline is null or target is null then 'no thresholds'
            when eligible_units = 0 then 'no eligible units'
            when value is null then 'no value or several currencies'
            when not has_min_volume then 'below minimum volume'
            -- a part of a week is a fair sample of a rate, but never of a total
            when
                not is_complete_period
                and metric in ('converters', 'completions', 'value', 'retention_rate')
                then 'period not complete'
        end as not_judged_because,
        (value - previous_value) / nullif(abs(previous_value), 0) as change_rate
    from judged

),

zoned as (

    select
        *,
        case
            when not_judged_because is null
                then {{ waymark.zone('value', 'direction', 'problem', 'baseline', 'target') }}
        end as zone,
        case
            when not_judged_because is null and metric in {{ rates }}
                then
                    {{ waymark.zone('interval_low', 'direction', 'problem', 'baseline', 'target') }}
                    = {{ waymark.zone(
                        'interval_high', 'direction', 'problem', 'baseline', 'target'
                    ) }}
        end as is_certain,
        coalesce(
            tier = 2 and is_complete_period and is_previous_complete and abs(change_rate) > 0.1,
            false
        ) as needs_investigation
    from explained

),

---------- slow changes: the trend of the weeks up to this one

complete_weeks as (

    select
        goal_id,
        period_start,
        value
    from zoned
    where
        is_complete_period
        and value is not null

),

trend_weeks as (

    {{ waymark.number_rows(
        'complete_weeks', ['goal_id', 'period_start'], 0, weeks_back - 1, 'weeks_before'
    ) }}

),

trend_points as (

    select
        trend_weeks.goal_id as goal_id,
        trend_weeks.period_start as period_start,
        -trend_weeks.weeks_before as week_number,
        complete_weeks.value as value
    from trend_weeks
    inner join complete_weeks
        on
            trend_weeks.goal_id = complete_weeks.goal_id
            and {{ waymark.add_periods(
                'trend_weeks.period_start', '-7 * trend_weeks.weeks_before', 'day'
            ) }} = complete_weeks.period_start

),

trend_levels as (

    select
        goal_id,
        period_start,
        {{ waymark.quantile('value', 0.5) }} as median_value
    from trend_points
    group by goal_id, period_start

),

trends as (

    {{ waymark.trend('trend_points', ['goal_id', 'period_start'], 'week_number', 'value') }}

),

slow_changes as (

    select
        trends.goal_id as goal_id,
        trends.period_start as period_start,
        trends.points as trend_weeks,
        {{ waymark.add_periods('trends.period_start', '7 * trends.first_x', 'day') }}
            as trend_start,
        trends.slope as trend_per_week,
        trends.slope / nullif(abs(trend_levels.median_value), 0) as trend_change_rate,
        trends.trend_z as trend_z
    from trends
    inner join trend_levels
        on
            trends.goal_id = trend_levels.goal_id
            and trends.period_start = trend_levels.period_start
    where trends.points >= {{ slow.least_weeks }}

),

compared as (

    select
        {% for column in [
            'goal_name', 'goal_id', 'tier', 'owner', 'metric', 'direction', 'severity',
            'period_start', 'is_complete_period', 'value', 'interval_low', 'interval_high',
            'eligible_units', 'immature_units', 'completed_units', 'completions', 'total_value',
            'problem', 'baseline', 'target', 'min_volume', 'has_min_volume', 'zone', 'is_certain',
            'not_judged_because', 'previous_value', 'change_rate', 'needs_investigation',
        ] -%}
        zoned.{{ column }} as {{ column }},
        {% endfor -%}
        case when zoned.is_complete_period then deviations.robust_z end as sudden_z,
        case when zoned.is_complete_period then deviations.deviation_rate end as sudden_change_rate,
        deviations.is_whole_week as is_whole_week,
        slow_changes.trend_weeks as trend_weeks,
        slow_changes.trend_start as trend_start,
        slow_changes.trend_per_week as trend_per_week,
        slow_changes.trend_change_rate as trend_change_rate,
        slow_changes.trend_z as trend_z
    from zoned
    left join {{ ref('int_goal_deviations') }} as deviations
        on
            zoned.goal_id = deviations.goal_id
            and zoned.period_start = deviations.period_start
    left join slow_changes
        on
            zoned.goal_id = slow_changes.goal_id
            and zoned.period_start = slow_changes.period_start

),

changed as (

    select
        *,
        case
            when
                abs(sudden_z) >= {{ sudden.z }}
                and abs(sudden_change_rate) >= {{ sudden.change }}
                and is_whole_week
                then
                    case
                        when (sudden_z > 0) = (direction = 'increase') then 'better' else 'worse'
                    end
        end as sudden_change,
        case
            when
                trend_z >= {{ slow.z }}
                and abs(trend_change_rate) * {{ weeks_back - 1 }} >= {{ slow.change }}
                then
                    case
                        when (trend_per_week > 0) = (direction = 'increase')
                            then 'better'
                        else 'worse'
                    end
        end as slow_change
    from compared

),

---------- since when: the run of weeks that say the same
{%- set flags = ['zone', 'sudden_change', 'slow_change'] %}

in_runs as (

    select
        *,
        {% for flag in flags -%}
        row_number() over (partition by goal_id order by period_start)
        - row_number() over (partition by goal_id, {{ flag }} order by period_start)
            as {{ flag }}_run{{ ',' if not loop.last }}
        {% endfor %}
    from changed

),

final as (

    select
        *,
        case
            when zone is not null
                then min(period_start) over (partition by goal_id, zone, zone_run)
        end as zone_since,
        case
            when sudden_change is not null
                then min(period_start) over (partition by goal_id, sudden_change, sudden_change_run)
        end as sudden_since,
        case
            when slow_change is not null
                then min(trend_start) over (partition by goal_id, slow_change, slow_change_run)
        end as slow_since
    from in_runs

)

select

    ---------- ids
    goal_name,
    goal_id,
    tier,
    owner,
    metric,
    direction,
    severity,
    period_start,
    is_complete_period,

    ---------- measurement
    value,
    interval_low,
    interval_high,
    cast(eligible_units as bigint) as eligible_units,
    cast(immature_units as bigint) as immature_units,
    cast(completed_units as bigint) as completed_units,
    cast(completions as bigint) as completions,
    cast(total_value as decimal(33, 4)) as total_value,

    ---------- judgement
    cast(problem as {{ waymark.sql_type('double') }}) as problem,
    cast(baseline as {{ waymark.sql_type('double') }}) as baseline,
    cast(target as {{ waymark.sql_type('double') }}) as target,
    cast(min_volume as bigint) as min_volume,
    has_min_volume,
    zone,
    is_certain,
    zone_since,
    not_judged_because,

    ---------- change
    previous_value,
    change_rate,
    needs_investigation,
    sudden_z,
    sudden_change_rate,
    sudden_change,
    sudden_since,
    cast(trend_weeks as {{ dbt.type_bigint() }}) as trend_weeks,
    trend_per_week,
    trend_change_rate,
    slow_change,
    slow_since

from final
