{#- Recordings of a funnel; how far clocks may differ where only time and page tell who it was. -#}
{%- set most = 20 %}
{%- set tolerance_seconds = 120 %}
{%- set timeout_seconds = waymark.load_config().session_timeout_seconds %}
{%- set stop_columns = [
    'funnel_name', 'dropped_units', 'last_step_number', 'last_step_name', 'next_step_name', 'stopped_at',
    'visitor_key', 'visitor_id', 'session_key',
] %}

with

funnel_drop_offs as (

    select * from {{ ref('funnel_drop_offs') }}
    where
        not is_immature
        and unit_type in ('visitor', 'session')

),

sessions as {{ waymark.not_materialized() }}(

    select * from {{ ref('sessions') }}

),

visitors as {{ waymark.not_materialized() }}(

    select * from {{ ref('visitors') }}

),

recordings as (

    select
        *,
        {{ waymark.add_seconds('recorded_at', 'cast(coalesce(duration_seconds, 0) as bigint)') }}
            as ended_at
    from {{ ref('recordings') }}

),

step_losses as (

    select
        funnel_name,
        last_step_number,
        count(*) as dropped_units
    from funnel_drop_offs
    group by funnel_name, last_step_number

),

-- of each funnel the step after which most are lost
worst_steps as (

    select
        funnel_name,
        last_step_number,
        dropped_units
    from (
        select
            *,
            row_number() over (
                partition by funnel_name
                order by dropped_units desc, last_step_number asc
            ) as loss_rank
        from step_losses
    ) as ranked_steps
    where loss_rank = 1

),

stops as (

    select
        worst_steps.funnel_name as funnel_name,
        worst_steps.dropped_units as dropped_units,
        funnel_drop_offs.last_step_number as last_step_number,
        funnel_drop_offs.last_step_name as last_step_name,
        funnel_drop_offs.next_step_name as next_step_name,
        funnel_drop_offs.unit_type as unit_type,
        funnel_drop_offs.unit_key as unit_key,
        funnel_drop_offs.stopped_at as stopped_at
    from funnel_drop_offs
    inner join worst_steps
        on
            funnel_drop_offs.funnel_name = worst_steps.funnel_name
            and funnel_drop_offs.last_step_number = worst_steps.last_step_number
    where (select count(*) from recordings) > 0

),

-- the session in which it happened
stop_sessions as (

    {% for unit_type in ['visitor', 'session'] -%}
    select
        stops.funnel_name as funnel_name,
        stops.dropped_units as dropped_units,
        stops.last_step_number as last_step_number,
        stops.last_step_name as last_step_name,
        stops.next_step_name as next_step_name,
        stops.stopped_at as stopped_at,
        sessions.visitor_key as visitor_key,
        sessions.visitor_id as visitor_id,
        sessions.session_key as session_key,
        sessions.started_at as started_at,
        sessions.landing_page_path as landing_page_path,
        sessions.device_category as device_category
    from stops
    inner join sessions on stops.unit_key = sessions.{{ unit_type }}_key
    where
        stops.unit_type = '{{ unit_type }}'
        and stops.stopped_at >= sessions.started_at
        and stops.stopped_at <= sessions.ended_at
    {{ 'union all' if not loop.last }}
    {% endfor %}
),

-- all texts by which a tool may call a visitor
visitor_texts as (

    select
        visitor_key,
        user_id as id_text
    from visitors
    where user_id is not null
    union distinct
    select
        visitor_key,
        visitor_id as id_text
    from visitors
    union distinct
    select
        user_key as visitor_key,
        anonymous_id as id_text
    from {{ ref('visitor_aliases') }}

),

recording_texts as (

    select
        recording_key,
        recorded_at,
        ended_at,
        'user id' as matched_by,
        1 as match_rank,
        user_id as id_text
    from recordings
    where user_id is not null
    union all
    select
        recording_key,
        recorded_at,
        ended_at,
        'anonymous id' as matched_by,
        2 as match_rank,
        anonymous_id as id_text
    from recordings
    where anonymous_id is not null

),

matched_by_id as (

    select
        recording_texts.recording_key as recording_key,
        recording_texts.matched_by as matched_by,
        recording_texts.match_rank as match_rank,
        0 as seconds_apart,
        {% for column in stop_columns -%}
        stop_sessions.{{ column }} as {{ column }}{{ ',' if not loop.last }}
        {% endfor %}
    from recording_texts
    inner join visitor_texts on recording_texts.id_text = visitor_texts.id_text
    inner join stop_sessions on visitor_texts.visitor_key = stop_sessions.visitor_key
    where
        {{ waymark.seconds_between('stop_sessions.stopped_at', 'recording_texts.recorded_at') }}
        <= {{ timeout_seconds }}
        and {{ waymark.seconds_between('recording_texts.ended_at', 'stop_sessions.stopped_at') }}
        <= {{ timeout_seconds }}

),

-- where the tool knows nobody: it began when the session did, on the same page and kind of device
matched_by_time as (

    select
        recordings.recording_key as recording_key,
        'time and page' as matched_by,
        3 as match_rank,
        abs({{ waymark.seconds_between('recordings.recorded_at', 'stop_sessions.started_at') }})
            as seconds_apart,
        {% for column in stop_columns -%}
        stop_sessions.{{ column }} as {{ column }}{{ ',' if not loop.last }}
        {% endfor %}
    from recordings
    inner join stop_sessions on recordings.landing_page_path = stop_sessions.landing_page_path
    where
        abs({{ waymark.seconds_between('recordings.recorded_at', 'stop_sessions.started_at') }})
        <= {{ tolerance_seconds }}
        and (
            coalesce(recordings.device_category, '') not in ('desktop', 'mobile', 'tablet')
            or recordings.device_category
            = coalesce(stop_sessions.device_category, recordings.device_category)
        )

),

matched as (

    select * from matched_by_id
    union all
    select * from matched_by_time

),

ranked as (

    select
        *,
        row_number() over (
            partition by funnel_name, recording_key
            order by match_rank, seconds_apart, stopped_at, session_key
        ) as match_number,
        count(*) over (partition by funnel_name, recording_key, match_rank) as sessions_that_fit
    from matched

),

described as (

    select
        ranked.funnel_name as funnel_name,
        ranked.last_step_number as last_step_number,
        ranked.last_step_name as last_step_name,
        ranked.next_step_name as next_step_name,
        ranked.dropped_units as dropped_units,
        ranked.matched_by as matched_by,
        ranked.sessions_that_fit as sessions_that_fit,
        ranked.visitor_key as visitor_key,
        ranked.visitor_id as visitor_id,
        ranked.session_key as session_key,
        ranked.stopped_at as stopped_at,
        {{ waymark.seconds_between('recordings.recorded_at', 'ranked.stopped_at') }}
            as stopped_at_second,
        recordings.recording_key as recording_key,
        recordings.recording_id as recording_id,
        recordings.recording_url as recording_url,
        recordings.tool as tool,
        recordings.recorded_at as recorded_at,
        recordings.duration_seconds as duration_seconds,
        recordings.exit_page_path as exit_page_path,
        recordings.pages as pages,
        recordings.clicks as clicks,
        row_number() over (
            partition by ranked.funnel_name
            order by recordings.recorded_at desc, recordings.recording_key asc
        ) as watch_number
    from ranked
    inner join recordings on ranked.recording_key = recordings.recording_key
    where ranked.match_number = 1

),

final as (

    select * from described
    where watch_number <= {{ most }}

)

select

    ---------- the step
    funnel_name,
    last_step_number,
    last_step_name,
    next_step_name,
    cast(dropped_units as {{ dbt.type_bigint() }}) as dropped_units,

    ---------- the recording
    cast(watch_number as {{ dbt.type_bigint() }}) as watch_number,
    recording_key,
    recording_id,
    recording_url,
    tool,
    recorded_at,
    duration_seconds,
    exit_page_path,
    pages,
    clicks,

    ---------- whose it is, and where to look
    matched_by,
    cast(sessions_that_fit as {{ dbt.type_bigint() }}) as sessions_that_fit,
    visitor_key,
    visitor_id,
    session_key,
    stopped_at,
    cast(stopped_at_second as {{ waymark.sql_type('double') }}) as stopped_at_second

from final
