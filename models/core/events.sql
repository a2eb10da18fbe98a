{{ config(materialized='refreshed', **waymark.table_layout('event_date', ['visitor_key'])) }}

{%- set config_ = waymark.load_config() %}
{%- set time_order = ['event_at', "coalesce(source_sequence, '')", 'event_id'] %}
{%- set filtered_columns = waymark.filtered_columns() %}
{%- set plan = waymark.refresh_plan('visitor_changes') %}
{%- if plan.is_uneven and not plan.is_current %}
    {#- Who owns a device by now is not among the changes. -#}
    {%- do plan.update({'is_partial': false}) %}
{%- endif %}
{%- set changes = waymark.changed_visitors(plan) %}
{#- The rows of a whole build are too wide to keep a copy; those of a refresh are few, and read five
    times. -#}
{%- set streamed = '' if plan.is_partial else waymark.not_materialized(is_dear=true) %}
{%- set columns = waymark.staged_columns().keys() | join(",\n        ") %}
{%- set session_key = waymark.session_key(
    'scoped.visitor_key',
    'scoped.source_property',
    "coalesce(scoped.native_session_id, 'at ' || cast("
    ~ waymark.epoch_us('inferred_sessions.session_started_at')
    ~ " as " ~ dbt.type_string() ~ "))",
) %}

{{ waymark.refresh_header(plan, waymark.delete_changed(changes, column='event_order')) }}
with

traffic_channels as (

    select * from {{ ref('traffic_channels') }}

),

staged_events as {{ waymark.not_materialized() }}(

    select * from {{ ref('staged_events') }}
    where
        reject_reason is null
        {%- if plan.is_partial %}
        and event_at >= {{ waymark.timestamp_from_us(waymark.first_changed_us(plan)) }}
        {%- endif %}

),

event_renames as (

    select * from {{ ref('event_renames') }}

),

duplicate_events as {{ waymark.not_materialized() }}(

    select * from {{ ref('duplicate_events') }}

),

visitor_aliases as (

    select * from {{ ref('visitor_aliases') }}

),

filtered_traffic as (

    select * from {{ ref('filtered_traffic') }}

),

accepted as {{ streamed }}(

    select staged_events.*
    from staged_events
    left join duplicate_events
        on
            staged_events.event_key = duplicate_events.event_key
            and duplicate_events.occurrence = 1
    where duplicate_events.event_key is null

    union all

    select
        {{ columns }}
    from duplicate_events
    where occurrence = 1

),

identified as {{ streamed }}(

    select
        {%- for column in waymark.staged_columns() %}
        accepted.{{ column }} as {{ column }},
        {%- endfor %}
        {{ waymark.visitor_key('accepted', 'visitor_aliases', config_.identity) }} as visitor_key,
        {% if config_.identity == 'user' -%}
        coalesce(
            case when accepted.user_key is not null then accepted.user_id end,
            visitor_aliases.user_id,
            accepted.anonymous_id,
            accepted.user_id
        ) as visitor_id
        {%- else -%}
        coalesce(accepted.anonymous_id, accepted.user_id) as visitor_id
        {%- endif %},
        coalesce(
            {%- for column in filtered_columns %}
            filtered_{{ column }}.filter_name{{ ',' if not loop.last }}
            {%- endfor %}
        ) as row_filter
    from accepted
    {%- for column in filtered_columns %}
    left join filtered_traffic as filtered_{{ column }}
        on
            accepted.{{ column }} = filtered_{{ column }}.column_value
            and filtered_{{ column }}.column_name = '{{ column }}'
    {%- endfor %}
    {%- if config_.identity == 'user' %}
    left join visitor_aliases on accepted.device_key = visitor_aliases.device_key
    {%- endif %}

),

{% if plan.is_partial -%}
changes as (
    {{ changes }}

),

{% endif -%}
scoped as {{ streamed }}(

    select identified.*
    from identified
    {%- if plan.is_partial %}
    inner join changes
        on
            coalesce(identified.visitor_key, 0) = changes.changed_visitor_key
            and {{ waymark.epoch_us('identified.event_at') }} * 1000 >= changes.changed_from
    {%- endif %}

),

-- sources without session ids: a gap longer than the time-out starts a session
gaps as (

    select
        event_key,
        visitor_key,
        event_at,
        {{ waymark.seconds_between(
            'lag(event_at) over (partition by visitor_key order by event_at, event_key)', 'event_at'
        ) }} as gap_seconds
    from scoped
    where
        native_session_id is null
        and visitor_key is not null

),

inferred_sessions as {{ waymark.materialized() }}(

    select
        event_key,
        max(case
            when gap_seconds is null or gap_seconds > {{ config_.session_timeout_seconds }}
                then event_at
        end) over (
            partition by visitor_key
            order by event_at, event_key
            rows between unbounded preceding and current row
        ) as session_started_at
    from gaps

),

with_session as {{ streamed }}(

    select
        scoped.*,
        {{ waymark.period_start(
            waymark.to_local_time('scoped.event_at', config_.timezone), 'day'
        ) }} as event_date,
        scoped.visitor_id || '.' || coalesce(
            scoped.native_session_id,
            cast(
                {{ waymark.epoch_us('inferred_sessions.session_started_at') }}
                as {{ dbt.type_string() }}
            )
        ) as session_id,
        case when scoped.visitor_key is not null then {{ session_key }} end as session_key
    from scoped
    left join inferred_sessions on scoped.event_key = inferred_sessions.event_key

),

-- nobody does so much in a minute; most visitors never do so much at all
busy_visitors as (

    select visitor_key
    from scoped
    where visitor_key is not null
    group by visitor_key
    having count(*) > {{ config_.max_events_per_minute }}

),

minutes as (

    select
        {{ session_key }} as session_key,
        {{ waymark.seconds_between(
            'lag(scoped.event_at, ' ~ config_.max_events_per_minute ~ ') over ('
            ~ 'partition by scoped.visitor_key order by scoped.event_at, scoped.event_key)',
            'scoped.event_at',
        ) }} as taken_seconds
    from scoped
    inner join busy_visitors on scoped.visitor_key = busy_visitors.visitor_key
    left join inferred_sessions on scoped.event_key = inferred_sessions.event_key

),

busy_sessions as (

    select distinct session_key
    from minutes
    where taken_seconds <= 60

),

filtered as {{ streamed }}(

    select
        with_session.*,
        coalesce(
            with_session.row_filter,
            case when busy_sessions.session_key is not null then 'impossible_rate' end
        ) as traffic_filter
    from with_session
    left join busy_sessions on with_session.session_key = busy_sessions.session_key

),

session_starts as (

    select
        filtered.session_key,
        {{ waymark.min_by('event_key', time_order, 'bigint') }} as first_event_key
    from filtered
    where
        filtered.session_key is not null
        and {{ waymark.is_person('filtered') }}
    group by filtered.session_key

),

-- a session has the first traffic source that any of its events tells,
-- a direct one only for want of another
session_traffic as (

    select
        session_key,
        {{ waymark.min_by('traffic_source', ['is_direct'] + time_order) }} as traffic_source,
        {{ waymark.min_by(
            "coalesce(traffic_medium, '')", ['is_direct'] + time_order
        ) }} as traffic_medium,
        {{ waymark.min_by("coalesce(campaign, '')", ['is_direct'] + time_order) }} as campaign
    from (
        select
            filtered.*,
            case when lower(filtered.traffic_source) = '(direct)' then 1 else 0 end as is_direct
        from filtered
        where
            filtered.session_key is not null
            and filtered.traffic_source is not null
            and {{ waymark.is_person('filtered') }}
    ) as with_source
    group by session_key

),

-- rank inside the ties that the source itself can order
ties as (

    select
        visitor_key,
        event_at
    from with_session
    where visitor_key is not null
    group by visitor_key, event_at
    having
        count(*) > 1
        and count(distinct coalesce(source_sequence, '')) > 1

),

tie_ranks as (

    select
        with_session.event_key as event_key,
        dense_rank() over (
            partition by with_session.visitor_key, with_session.event_at
            order by coalesce(with_session.source_sequence, '')
        ) - 1 as tie_rank
    from with_session
    inner join ties
        on
            with_session.visitor_key = ties.visitor_key
            and with_session.event_at = ties.event_at

),

final as (

    select

        ---------- ids
        filtered.event_key as event_key,
        filtered.event_id as event_id,
        coalesce(event_renames.event_name, filtered.event_name) as event_name,
        filtered.event_name as raw_event_name,
        filtered.source_name as source_name,
        filtered.source_property,
        filtered.visitor_key,
        filtered.visitor_id,
        filtered.device_key,
        filtered.user_key,
        filtered.anonymous_id,
        filtered.user_id,
        filtered.session_key as session_key,
        filtered.session_id,
        filtered.native_session_id,

        ---------- time and order
        filtered.event_at,
        filtered.event_date,
        {{ waymark.epoch_us('filtered.event_at') }} * 1000
        + case
            when tie_ranks.tie_rank > 999 then 999
            else coalesce(tie_ranks.tie_rank, 0)
        end as event_order,
        coalesce(session_starts.first_event_key = filtered.event_key, false)
            as is_session_start,

        ---------- page
        filtered.page_url,
        filtered.page_path,
        filtered.page_title,
        filtered.hostname,
        filtered.referrer_url,

        ---------- traffic of the session
        nullif(coalesce(
            session_traffic.traffic_source,
            filtered.traffic_source
        ), '') as traffic_source,
        nullif(coalesce(
            session_traffic.traffic_medium,
            filtered.traffic_medium
        ), '') as traffic_medium,
        traffic_channels.campaign_name as campaign,
        traffic_channels.channel,
        filtered.click_id,

        ---------- device and place
        filtered.device_category,
        filtered.operating_system,
        filtered.browser,
        filtered.country,
        filtered.region,
        filtered.city,
        filtered.language,
        filtered.platform,
        filtered.consent_state,
        filtered.identity_scope,
        filtered.traffic_filter,

        ---------- money
        filtered.value,
        filtered.currency,
        filtered.transaction_id,

        filtered.properties,
        filtered.loaded_at,
        filtered.source_shard,
        filtered.shard_version
    from filtered
    left join session_starts on filtered.session_key = session_starts.session_key
    left join session_traffic on filtered.session_key = session_traffic.session_key
    left join tie_ranks on filtered.event_key = tie_ranks.event_key
    left join event_renames
        on
            filtered.event_name = event_renames.raw_event_name
            and filtered.event_date >= event_renames.valid_from
            and filtered.event_date < event_renames.valid_until
    left join traffic_channels
        on
            coalesce(session_traffic.traffic_source, filtered.traffic_source, '')
            = traffic_channels.traffic_source
            and coalesce(session_traffic.traffic_medium, filtered.traffic_medium, '')
            = traffic_channels.traffic_medium
            and coalesce(session_traffic.campaign, filtered.campaign, '')
            = traffic_channels.campaign

)

select * from final
