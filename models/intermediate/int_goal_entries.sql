{{ config(materialized='refreshed') }}

{%- set config_ = waymark.load_config() %}
{%- set plan = waymark.rebuild_plan(['goal_completions', 'events'], ['goals']) %}

{{ waymark.refresh_header(plan) }}
with

goals as (

    select * from {{ ref('goals') }}

),

goal_completions as {{ waymark.not_materialized() }}(

    select
        goal_name,
        goal_id,
        event_id,
        event_order,
        value,
        {{ waymark.lasting_visitor_key('visitor_key') }} as visitor_key,
        {{ waymark.to_local_time('completed_at', config_.timezone) }} as completed_local
    from {{ ref('goal_completions') }}

),

data_end as (

    select max(event_at) as last_event_at
    from {{ ref('events') }}

),

entries as (

    select
        goals.goal_id,
        goals.eligible_after_within_seconds,
        entry_completions.visitor_key,
        {{ waymark.period_start(
            'entry_completions.completed_local', 'week', config_.week_start
        ) }} as period_start,
        min({{ waymark.period_start('entry_completions.completed_local', 'day') }}) as entry_date,
        min(entry_completions.event_order) as entry_order,
        {{ waymark.min_by(
            'entry_completions.event_id',
            ['entry_completions.event_order', 'entry_completions.event_id']
        ) }} as entry_event_id
    from goals
    inner join goal_completions as entry_completions
        on goals.eligible_after_goal_name = entry_completions.goal_name
    where
        goals.metric <> 'retention_rate'
        and entry_completions.visitor_key is not null
    group by 1, 2, 3, 4

),

final as (

    select
        entries.goal_id as goal_id,
        entries.visitor_key as visitor_key,
        entries.period_start as period_start,
        entries.entry_date as entry_date,
        coalesce(
            {{ waymark.order_to_us('entries.entry_order') }}
            + entries.eligible_after_within_seconds * 1000000
            > {{ waymark.epoch_us('data_end.last_event_at') }},
            false
        ) as is_immature,
        count(goal_completions.event_id) as completions,
        sum(goal_completions.value) as total_value
    from entries
    cross join data_end
    left join goal_completions
        on
            entries.goal_id = goal_completions.goal_id
            and entries.visitor_key = goal_completions.visitor_key
            and entries.entry_order <= goal_completions.event_order
            and entries.entry_event_id <> goal_completions.event_id
            and (
                entries.eligible_after_within_seconds is null
                or {{ waymark.order_to_us('goal_completions.event_order') }}
                - {{ waymark.order_to_us('entries.entry_order') }}
                <= entries.eligible_after_within_seconds * 1000000
            )
    group by 1, 2, 3, 4, 5

)

select
    goal_id,
    visitor_key,
    period_start,
    entry_date,
    is_immature,
    cast(completions as {{ dbt.type_bigint() }}) as completions,
    cast(total_value as decimal(33, 4)) as total_value
from final
