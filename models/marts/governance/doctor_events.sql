{{ config(tags=['doctor']) }}

{%- set tolerance = waymark.load_config().doctor_clock_tolerance_seconds %}

with

doctor_rows as (

    select * from {{ ref('int_doctor_rows') }}

),

tracking_plan as (

    select * from {{ waymark.seed_relation('tracking_plan') }}

),

-- an event is planned as soon as one of its parameters is
planned as (

    select
        event_name,
        max(case when parameter_name is null and is_required then 1 else 0 end) = 1 as is_required
    from tracking_plan
    where event_name <> '*'
    group by event_name

),

counted as (

    select
        coalesce(event_name, '(no name)') as event_name,
        count(*) as raw_rows,
        count(reject_reason) as rejected_rows,
        count(case when reject_reason is null then event_key end)
        - count(distinct case when reject_reason is null then event_key end) as duplicate_rows,
        max(case when reject_reason is null then event_at end) as last_seen_at,
        {{ waymark.quantile('delay_seconds', 0.5) }} as median_delay_seconds,
        count(delay_seconds) as timed_rows,
        sum(case when abs(delay_seconds) > {{ tolerance }} then 1 else 0 end) as skewed_rows
    from doctor_rows
    group by 1

),

reasons as (

    select
        coalesce(event_name, '(no name)') as event_name,
        reject_reason,
        count(*) as rejected_rows
    from doctor_rows
    where reject_reason is not null
    group by 1, 2

),

main_reasons as (

    select
        event_name,
        {{ waymark.max_by('reject_reason', ['rejected_rows', 'reject_reason']) }} as reject_reason
    from reasons
    group by event_name

),

unplanned as (

    select counted.event_name as event_name
    from counted
    left join planned on counted.event_name = planned.event_name
    where planned.event_name is null

),

nearest as (

    {{ waymark.nearest_names('unplanned', 'planned', 'event_name') }}

),

listed as (

    select
        event_name,
        is_required,
        true as is_planned
    from planned
    union all
    select
        event_name,
        false as is_required,
        false as is_planned
    from unplanned

),

window_times as (

    select
        min(window_started_at) as window_started_at,
        max(window_ended_at) as window_ended_at
    from doctor_rows

),

judged as (

    select
        listed.event_name as event_name,
        listed.is_planned,
        listed.is_required,
        coalesce(counted.raw_rows, 0) as raw_rows,
        coalesce(counted.rejected_rows, 0) as rejected_rows,
        main_reasons.reject_reason as reject_reason,
        coalesce(counted.duplicate_rows, 0) as duplicate_rows,
        counted.last_seen_at,
        counted.median_delay_seconds,
        counted.timed_rows,
        counted.skewed_rows,
        nearest.nearest_name,
        case
            when counted.raw_rows is null and listed.is_required then 'missing'
            when counted.raw_rows is null then 'not_seen'
            when counted.raw_rows = counted.rejected_rows then 'rejected'
            when not listed.is_planned and (select count(*) from tracking_plan) > 0 then 'unplanned'
            else 'ok'
        end as status
    from listed
    left join counted on listed.event_name = counted.event_name
    left join main_reasons on listed.event_name = main_reasons.event_name
    left join nearest on listed.event_name = nearest.event_name

),

final as (

    select
        judged.*,
        window_times.window_started_at,
        window_times.window_ended_at,
        judged.raw_rows > judged.rejected_rows as is_seen,
        {{ waymark.rate('judged.duplicate_rows', '(judged.raw_rows - judged.rejected_rows)') }}
            as duplicate_rate,
        {{ waymark.rate('judged.skewed_rows', 'judged.timed_rows') }} as skewed_rate,
        case judged.status
            when 'missing' then judged.event_name || ' is required, and not one came.'
            when 'rejected'
                then
                    judged.event_name || ' came, but every row was rejected: '
                    || judged.reject_reason || '.'
            when 'unplanned'
                then
                    judged.event_name || ' is not in the tracking plan.'
                    || coalesce(' Did you mean ' || judged.nearest_name || '?', '')
        end as message
    from judged
    cross join window_times

)

select
    event_name,
    status,
    is_planned,
    is_required,
    is_seen,
    last_seen_at,
    cast(raw_rows as {{ dbt.type_bigint() }}) as raw_rows,
    cast(rejected_rows as {{ dbt.type_bigint() }}) as rejected_rows,
    reject_reason,
    cast(duplicate_rows as {{ dbt.type_bigint() }}) as duplicate_rows,
    duplicate_rate,
    cast(median_delay_seconds as {{ waymark.sql_type('double') }}) as median_delay_seconds,
    skewed_rate,
    nearest_name,
    message,
    window_started_at,
    window_ended_at
from final
