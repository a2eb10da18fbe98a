{%- set config_ = waymark.load_config() %}
{#- What a stored event depends on besides its row: when it changes, or the rules of channels and
    campaigns do, every shard has changed. -#}
{%- set fingerprint = local_md5(
    [config_.identity, config_.timezone, config_.session_timeout_seconds] | join(' ')
)[:8] %}
{%- set time_order = ['event_at', "coalesce(source_sequence, '')", 'event_id'] %}

{{ config(
    materialized='incremental',
    unique_key=['source_name', 'event_id'],
    incremental_strategy='delete+insert',
    on_schema_change='fail',
    post_hook=[
        "{% if is_incremental() and not flags.EMPTY %}
            delete from {{ this }}
            where source_shard || ' ' || shard_version not in (
                select distinct
                    source_shard || ' ' || shard_version || ' " ~ fingerprint ~ " '
                    || (select coalesce(max(rules_version), '') from {{ ref('traffic_channels') }})
                from {{ ref('staged_events') }}
            )
        {% endif %}",
    ],
) }}

{%- set columns = waymark.staged_columns().keys()
    | reject("equalto", "shard_version") | join(",\n        ") %}
{%- set versioned -%}
    shard_version || ' {{ fingerprint }} '
        || (select coalesce(max(traffic_channels.rules_version), '') from traffic_channels)
{%- endset %}

with

traffic_channels as (

    select * from {{ ref('traffic_channels') }}

),

staged_events as (

    select
        {{ columns }},
        {{ versioned }} as shard_version
    from {{ ref('staged_events') }}

),

duplicate_events as (

    select
        {{ columns }},
        {{ versioned }} as shard_version,
        occurrence
    from {{ ref('duplicate_events') }}

),

visitor_aliases as (

    select * from {{ ref('visitor_aliases') }}

),

accepted as (

    select *
    from staged_events
    where
        reject_reason is null
        and not exists (
            select 1
            from duplicate_events
            where
                duplicate_events.source_name = staged_events.source_name
                and duplicate_events.event_id = staged_events.event_id
        )

    union all

    select
        {{ columns }},
        shard_version
    from duplicate_events
    where occurrence = 1

),

resolved as (

    select
        accepted.*,
        {% if config_.identity == 'user' -%}
        coalesce(accepted.user_id, visitor_aliases.user_id) as resolved_user_id
        {%- else -%}
        case when accepted.anonymous_id is null then accepted.user_id end as resolved_user_id
        {%- endif %}
    from accepted
    {% if config_.identity == 'user' -%}
    left join visitor_aliases
        on
            accepted.source_name = visitor_aliases.source_name
            and accepted.anonymous_id = visitor_aliases.anonymous_id
    {%- endif %}

),

identified as (

    select
        *,
        coalesce(resolved_user_id, anonymous_id) as visitor_id,
        case
            when resolved_user_id is not null
                then {{ waymark.surrogate_key("'user|' || resolved_user_id") }}
            when anonymous_id is not null
                then {{ waymark.surrogate_key("'device|' || source_name || '|' || anonymous_id") }}
        end as visitor_key
    from resolved

),

{% if is_incremental() -%}
-- whoever has a row in a new or re-stated shard, now or before, is built again whole
changed_shards as (

    select distinct
        source_shard,
        shard_version
    from staged_events
    where source_shard || ' ' || shard_version not in (
        select distinct built.source_shard || ' ' || built.shard_version from {{ this }} as built
    )

),

-- all that these shards held before, wherever a row went since
built_before as (

    select
        built.source_name,
        built.event_id,
        built.visitor_key
    from {{ this }} as built
    inner join changed_shards on built.source_shard = changed_shards.source_shard

),

touched_events as (

    select
        identified.source_name,
        identified.event_id,
        identified.visitor_key
    from identified
    inner join changed_shards on identified.source_shard = changed_shards.source_shard

    union distinct

    -- the same event from another shard, now that the copy that counted is gone
    select
        identified.source_name,
        identified.event_id,
        identified.visitor_key
    from identified
    inner join built_before
        on
            identified.source_name = built_before.source_name
            and identified.event_id = built_before.event_id

),

touched_visitors as (

    select visitor_key from touched_events
    union distinct
    select visitor_key from built_before

),

-- a login that came or went moves history from one visitor to another: both are touched
moved_events as (

    select
        identified.visitor_key,
        built.visitor_key as previous_visitor_key
    from identified
    inner join {{ this }} as built
        on
            identified.source_name = built.source_name
            and identified.event_id = built.event_id
            and identified.visitor_key <> built.visitor_key
    where
        identified.visitor_key in (select touched_visitors.visitor_key from touched_visitors)
        or built.visitor_key in (select touched_visitors.visitor_key from touched_visitors)

),

rebuilt_visitors as (

    select visitor_key from touched_visitors
    union distinct
    select visitor_key from moved_events
    union distinct
    select previous_visitor_key as visitor_key from moved_events

),

scoped as (

    select identified.*
    from identified
    where
        identified.visitor_key in (select rebuilt_visitors.visitor_key from rebuilt_visitors)
        or (
            identified.visitor_key is null
            and exists (
                select 1
                from touched_events
                where
                    touched_events.source_name = identified.source_name
                    and touched_events.event_id = identified.event_id
            )
        )

),
{%- else -%}
scoped as (

    select * from identified

),
{%- endif %}

-- sources without session ids: a gap longer than the time-out starts a session
gaps as (

    select
        event_id,
        source_name,
        visitor_key,
        event_at,
        {{ waymark.seconds_between(
            'lag(event_at) over (partition by visitor_key order by event_at, event_id)', 'event_at'
        ) }} as gap_seconds
    from scoped
    where
        native_session_id is null
        and visitor_key is not null

),

inferred_sessions as (

    select
        event_id,
        source_name,
        max(case
            when gap_seconds is null or gap_seconds > {{ config_.session_timeout_seconds }}
                then event_at
        end) over (
            partition by visitor_key
            order by event_at, event_id
            rows between unbounded preceding and current row
        ) as session_started_at
    from gaps

),

with_session as (

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
                then {{ waymark.surrogate_key(
                    "cast(scoped.visitor_key as " ~ dbt.type_string() ~ ")"
                    ~ " || '|' || coalesce(scoped.source_property, '')"
                    ~ " || '|' || coalesce(scoped.native_session_id, 'at ' || cast("
                    ~ "inferred_sessions.session_started_at as " ~ dbt.type_string() ~ "))"
                ) }}
        end as session_key
    from scoped
    left join inferred_sessions
        on
            scoped.source_name = inferred_sessions.source_name
            and scoped.event_id = inferred_sessions.event_id

),

session_starts as (

    select
        session_key,
        {{ waymark.min_by('event_id', time_order) }} as first_event_id
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
        with_session.source_name,
        with_session.event_id,
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
        with_session.event_id,
        with_session.event_name,
        with_session.source_name,
        with_session.source_property,
        with_session.visitor_key,
        with_session.visitor_id,
        with_session.anonymous_id,
        with_session.user_id,
        with_session.session_key,
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
        coalesce(session_starts.first_event_id = with_session.event_id, false) as is_session_start,

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
    left join tie_ranks
        on
            with_session.source_name = tie_ranks.source_name
            and with_session.event_id = tie_ranks.event_id
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
