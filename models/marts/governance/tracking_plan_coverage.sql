{{ config(materialized='refreshed') }}

{%- set tracking_plan = waymark.seed_relation('tracking_plan') -%}
{%- set plan = waymark.rebuild_plan(['events', 'int_shard_parameters'], [], [tracking_plan]) -%}

{{ waymark.refresh_header(plan) }}
with

events as (

    select * from {{ ref('events') }}

),

tracking_plan as (

    select * from {{ tracking_plan }}

),

-- parameter_name '' stands for the event itself, which is planned as soon as a parameter is
plan_rows as (

    select
        event_name,
        coalesce(parameter_name, '') as parameter_name,
        is_required,
        min_fill_rate
    from tracking_plan
    union all
    select
        event_name,
        '' as parameter_name,
        false as is_required,
        null as min_fill_rate
    from tracking_plan
    where event_name <> '*'

),

planned as (

    select
        event_name,
        parameter_name,
        max(case when is_required then 1 else 0 end) = 1 as is_required,
        max(case
            when parameter_name = '' then null
            when min_fill_rate is not null then min_fill_rate
            when is_required then 1
            else 0
        end) as min_fill_rate
    from plan_rows
    group by 1, 2

),

property_counts as (

    select
        event_name,
        parameter_name,
        sum(filled_events) as filled_rows,
        max(last_seen_at) as last_seen_at
    from {{ ref('int_shard_parameters') }}
    group by 1, 2

),

{{ waymark.fill_count_ctes('events', 'property_counts') }},

unplanned_events as (

    select
        event_counts.event_name,
        '' as parameter_name
    from event_counts
    left join planned
        on event_counts.event_name = planned.event_name
    where
        planned.event_name is null
        and (select count(*) from tracking_plan) > 0

),

unplanned_parameters as (

    select
        property_counts.event_name as event_name,
        property_counts.parameter_name as parameter_name
    from property_counts
    inner join planned as planned_events
        on
            property_counts.event_name = planned_events.event_name
            and planned_events.parameter_name = ''
    left join planned as planned_parameters
        on
            planned_parameters.event_name in (property_counts.event_name, '*')
            and property_counts.parameter_name = planned_parameters.parameter_name
    where planned_parameters.event_name is null

),

listed as (

    select
        event_name,
        parameter_name,
        true as is_planned,
        is_required,
        min_fill_rate
    from planned
    union all
    select
        event_name,
        parameter_name,
        false as is_planned,
        false as is_required,
        null as min_fill_rate
    from unplanned_events
    union all
    select
        event_name,
        parameter_name,
        false as is_planned,
        false as is_required,
        null as min_fill_rate
    from unplanned_parameters

),

measured as (

    select
        listed.event_name as event_name,
        nullif(listed.parameter_name, '') as parameter_name,
        listed.is_planned,
        listed.is_required,
        coalesce(seen.filled_rows, 0) > 0 as is_seen,
        coalesce(seen_events.filled_rows, 0) as events,
        case
            when listed.parameter_name <> ''
                then least(coalesce(seen.filled_rows, 0), coalesce(seen_events.filled_rows, 0))
        end as filled_events,
        listed.min_fill_rate,
        seen.last_seen_at as last_seen_at
    from listed
    left join seen
        on
            listed.event_name = seen.event_name
            and listed.parameter_name = seen.parameter_name
    left join seen as seen_events
        on
            listed.event_name = seen_events.event_name
            and seen_events.parameter_name = ''

),

rated as (

    select
        *,
        {{ waymark.rate('filled_events', 'events') }} as fill_rate
    from measured

),

final as (

    select
        event_name,
        parameter_name,
        is_planned,
        is_required,
        is_seen,
        cast(events as bigint) as events,
        cast(filled_events as bigint) as filled_events,
        fill_rate,
        cast(min_fill_rate as {{ waymark.sql_type('double') }}) as min_fill_rate,
        last_seen_at,
        case
            when not is_planned then 'unplanned'
            when not is_seen then 'never_seen'
            when fill_rate < min_fill_rate then 'below_fill_rate'
            else 'ok'
        end as status
    from rated

)

select
    event_name,
    parameter_name,
    is_planned,
    is_required,
    is_seen,
    events,
    filled_events,
    fill_rate,
    min_fill_rate,
    last_seen_at,
    status
from final
