{{ config(materialized='refreshed', **waymark.table_layout('event_date', ['visitor_key'])) }}

{%- set config_ = waymark.load_config() %}
{%- set time_order = ['event_at', "coalesce(source_sequence, '')", 'event_id'] %}
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

duplicate_events as {{ waymark.not_materialized() }}(

    select * from {{ ref('duplicate_events') }}

),

visitor_aliases as (

    select * from {{ ref('visitor_aliases') }}

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
        accepted.*,
        {{ waymark.visitor_key('accepted', 'visitor_aliases', config_.identity) }} as visitor_key,
        {% if config_.identity == 'user' -%}
        coalesce(accepted.user_id, visitor_aliases.user_id, accepted.anonymous_id) as visitor_id
        {%- else -%}
        coalesce(accepted.anonymous_id, accepted.user_id) as visitor_id
        {%- endif %}
    from accepted
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
        scoped.visitor_id || '.' || coalesce(
            scoped.native_session_id,
            cast(
                {{ waymark.epoch_us('inferred_sessions.session_started_at') }}
                as {{ dbt.type_string() }}
            )
        ) as session_id,
        case
            when scoped.visitor_key is not null
                then {{ waymark.session_key(
                    'scoped.visitor_key',
                    'scoped.source_property',
                    "coalesce(scoped.native_session_id, 'at ' || cast("
                    ~ waymark.epoch_us('inferred_sessions.session_started_at')
                    ~ " as " ~ dbt.type_string() ~ "))",
                ) }}
        end as session_key
    from scoped
    left join inferred_sessions on scoped.event_key = inferred_sessions.event_key

),

session_starts as (

    select
        session_key,
        {{ waymark.min_by('event_key', time_order, 'bigint') }} as first_event_key
    from with_session
    where session_key is not null
    group by session_key

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
            *,
            case when lower(traffic_source) = '(direct)' then 1 else 0 end as is_direct
        from with_session
        where
            session_key is not null
            and traffic_source is not null
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
        with_session.event_key as event_key,
        with_session.event_id as event_id,
        with_session.event_name,
        with_session.source_name as source_name,
        with_session.source_property,
        with_session.visitor_key,
        with_session.visitor_id,
        with_session.device_key,
        with_session.user_key,
        with_session.anonymous_id,
        with_session.user_id,
        with_session.session_key as session_key,
        with_session.session_id,
        with_session.native_session_id,

        ---------- time and order
        with_session.event_at,
        {{ waymark.period_start(
            waymark.to_local_time('with_session.event_at', config_.timezone), 'day'
        ) }} as event_date,
        {{ waymark.epoch_us('with_session.event_at') }} * 1000
        + case
            when tie_ranks.tie_rank > 999 then 999
            else coalesce(tie_ranks.tie_rank, 0)
        end as event_order,
        coalesce(session_starts.first_event_key = with_session.event_key, false)
            as is_session_start,

        ---------- page
        with_session.page_url,
        with_session.page_path,
        with_session.page_title,
        with_session.hostname,
        with_session.referrer_url,

        ---------- traffic of the session
        nullif(coalesce(
            session_traffic.traffic_source,
            with_session.traffic_source
        ), '') as traffic_source,
        nullif(coalesce(
            session_traffic.traffic_medium,
            with_session.traffic_medium
        ), '') as traffic_medium,
        traffic_channels.campaign_name as campaign,
        traffic_channels.channel,
        with_session.click_id,

        ---------- device and place
        with_session.device_category,
        with_session.operating_system,
        with_session.browser,
        with_session.country,
        with_session.region,
        with_session.city,
        with_session.language,
        with_session.platform,
        with_session.consent_state,
        with_session.identity_scope,

        ---------- money
        with_session.value,
        with_session.currency,
        with_session.transaction_id,

        with_session.properties,
        with_session.loaded_at,
        with_session.source_shard,
        with_session.shard_version
    from with_session
    left join session_starts on with_session.session_key = session_starts.session_key
    left join session_traffic on with_session.session_key = session_traffic.session_key
    left join tie_ranks on with_session.event_key = tie_ranks.event_key
    left join traffic_channels
        on
            coalesce(session_traffic.traffic_source, with_session.traffic_source, '')
            = traffic_channels.traffic_source
            and coalesce(session_traffic.traffic_medium, with_session.traffic_medium, '')
            = traffic_channels.traffic_medium
            and coalesce(session_traffic.campaign, with_session.campaign, '')
            = traffic_channels.campaign

)

select * from final
