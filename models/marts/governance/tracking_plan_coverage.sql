{{ config(materialized='refreshed') }}

{%- set event_columns = waymark.plan_columns() -%}
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

event_counts as (

    select
        event_name,
        count(*) as events,
        {%- for column in event_columns %}
        {%- set text = 'cast(' ~ column ~ ' as ' ~ dbt.type_string() ~ ')' %}
        sum(case when {{ text }} not in ('', '(not set)') then 1 else 0 end)
            as {{ column }}_events,
        max(case when {{ text }} not in ('', '(not set)') then event_at end)
            as {{ column }}_seen_at,
        {%- endfor %}
        max(event_at) as last_seen_at
    from events
    group by 1

),

property_counts as (

    select
        event_name,
        parameter_name,
        sum(filled_events) as filled_events,
        max(last_seen_at) as last_seen_at
    from {{ ref('int_shard_parameters') }}
    group by 1, 2

),

counts as (

    select
        event_name,
        '' as parameter_name,
        events as filled_events,
        last_seen_at
    from event_counts
    union all
    select * from property_counts
    {%- for column in event_columns %}
    union all
    select
        event_name,
        '{{ column }}' as parameter_name,
        {{ column }}_events as filled_events,
        {{ column }}_seen_at as last_seen_at
    from event_counts
    {%- endfor %}

),

-- a parameter may be a property and a column: the fuller one counts
seen_per_event as (

    select
        event_name,
        parameter_name,
        max(filled_events) as filled_events,
        max(last_seen_at) as last_seen_at
    from counts
    group by 1, 2

),

-- '*' in the plan is measured over all events together
seen as (

    select * from seen_per_event
    union all
    select
        '*' as event_name,
        parameter_name,
        sum(filled_events) as filled_events,
        max(last_seen_at) as last_seen_at
    from seen_per_event
    group by 2

),

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
        coalesce(seen.filled_events, 0) > 0 as is_seen,
        coalesce(seen_events.filled_events, 0) as events,
        case
            when listed.parameter_name <> ''
                then least(coalesce(seen.filled_events, 0), coalesce(seen_events.filled_events, 0))
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
