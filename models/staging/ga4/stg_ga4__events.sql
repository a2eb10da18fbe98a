{{ config(**waymark.staging_config('ga4', post_hooks=[
    '{{ waymark.reject_superseded_tables(this) }}',
    '{{ waymark.drop_gone_tables(this) }}',
])) }}

{%- set source = waymark.staging_source('ga4') %}
{%- set first_day = waymark.reread_from(this, source) %}
{%- set formats = [] %}
{%- for input in source.inputs %}{% do formats.append(input.tables.events.format) %}{% endfor %}
{%- set reads_json = 'json' in formats %}
{%- set revenue = "coalesce(typed.ecommerce.purchase_revenue, "
    ~ waymark.try_cast('typed.parameter_value', 'double') ~ ")" %}
{%- set text = dbt.type_string() %}
{%- set identifying = [
    "coalesce(typed.source_property, '')",
    "coalesce(typed.device_id, '?' || coalesce(cast(typed.event_bundle_sequence_id as " ~ text ~ "), '')"
    ~ " || case when typed.event_bundle_sequence_id is null or typed.page_location is null then ''"
    ~ " else '|' end || coalesce(typed.page_location, ''))",
    "coalesce(cast(typed.event_timestamp as " ~ text ~ "), '?')",
    "coalesce(typed.event_name, '?')",
    "coalesce(typed.ga_session_id, '')",
    "coalesce(typed.engagement_time_msec, '')",
    "coalesce(cast(typed.batch_page_id as " ~ text ~ "), '')",
    "coalesce(cast(typed.batch_ordering_id as " ~ text ~ "), '')",
    "coalesce(cast(typed.batch_event_index as " ~ text ~ "), '')",
] %}

with

{% if source.files -%}
changed_files as (

    {{ waymark.changed_files(source) }}

),

{% endif -%}
export as (

    {{ waymark.ga4_rows(source, first_day) }}

),

-- the whole row is kept only where it may be rejected, and before any join has to carry it
with_payload as (

    select
        *,
        {{ waymark.try_cast('event_timestamp', 'bigint') }} as event_us,
        {% if not reads_json -%}
        case
            when
                coalesce(trim(event_name), '') = ''
                or {{ waymark.try_cast('event_timestamp', 'bigint') }} is null
                or {{ waymark.try_cast('event_timestamp', 'bigint') }} not between 1 and (
                    {%- if source.files %}
                    select {{ waymark.epoch_us('min(modified_at)') }} from changed_files
                    {%- else %}
                    {{ waymark.epoch_us(waymark.current_time_utc()) }}
                    {%- endif %}
                )
                then {{ waymark.row_json('export') }}
        end as payload
        {%- else -%}
        coalesce(malformed_line, raw_json, {{ waymark.row_json('export') }}) as payload
        {%- endif %}
    from export

),

new_rows as (

    select
        export.*,
        {% if source.files -%}
        export.filename as source_shard,
        changed_files.shard_version,
        changed_files.modified_at as loaded_at
        {%- else -%}
        {{ waymark.ga4_shard('export') }} as source_shard,
        '{{ run_started_at }} {{ source.fingerprint }}' as shard_version,
        {{ waymark.current_time_utc() }} as loaded_at
        {%- endif %}
    from with_payload as export
    {% if source.files -%}
    inner join changed_files on export.filename = changed_files.filename
    {%- elif first_day %}
    where export.event_date >= '{{ first_day | replace('-', '') }}'
    {%- endif %}

),

extracted as (

    select
        *,
        {{ waymark.ga4_parameter('ga_session_id') }} as ga_session_id,
        {{ waymark.ga4_parameter('page_location') }} as page_location,
        {{ waymark.ga4_parameter('page_title') }} as page_title,
        {{ waymark.ga4_parameter('page_referrer') }} as page_referrer,
        {{ waymark.ga4_parameter('engagement_time_msec') }} as engagement_time_msec,
        {{ waymark.ga4_parameter('source') }} as parameter_source,
        {{ waymark.ga4_parameter('medium') }} as parameter_medium,
        {{ waymark.ga4_parameter('campaign') }} as parameter_campaign,
        coalesce(
            new_rows.collected_traffic_source.gclid,
            {{ waymark.ga4_parameter('gclid') }}
        ) as gclid,
        {{ waymark.ga4_parameter('value') }} as parameter_value,
        {{ waymark.ga4_parameter('currency') }} as parameter_currency,
        {{ waymark.ga4_parameter('transaction_id') }} as parameter_transaction_id,
        nullif(new_rows.user_pseudo_id, '') as device_id,
        nullif(trim(new_rows.event_name), '') as clean_event_name
    from new_rows

),

typed as (

    select
        *,
        coalesce(input_property, {{ waymark.ga4_property('source_shard') }}) as source_property,
        case
            when event_us between 1 and 4102444800000000
                then {{ waymark.timestamp_from_us('event_us') }}
        end as event_at
    from extracted

),

final as (

    select

        ---------- ids
        'ga4' as source_name,
        typed.source_property,
        typed.source_shard,
        typed.shard_version,
        typed.loaded_at,
        -- the export has no event id: what identifies a row, plus more where the device is unknown
        {{ dbt.hash(identifying | join(" || '|' || ")) }} as event_id,
        typed.clean_event_name as event_name,
        typed.event_at,
        case
            when
                coalesce(typed.batch_page_id, typed.batch_ordering_id, typed.batch_event_index)
                is not null
                then
                    {% for position in ['page_id', 'ordering_id', 'event_index'] -%}
                    lpad(cast(coalesce(typed.batch_{{ position }}, 0) as {{ text }}), 20, '0')
                    {{- ' ||' if not loop.last }}
                    {% endfor %}
        end as source_sequence,
        typed.device_id as anonymous_id,
        nullif(typed.user_id, '') as user_id,
        typed.ga_session_id as native_session_id,

        ---------- page
        typed.page_location as page_url,
        {{ waymark.page_path('typed.page_location') }} as page_path,
        typed.page_title,
        coalesce(
            nullif(typed.device.web_info.hostname, ''),
            nullif(typed.event_dimensions.hostname, ''),
            {{ waymark.url_host('typed.page_location') }}
        ) as hostname,
        typed.page_referrer as referrer_url,

        ---------- traffic, as collected with this event
        nullif(coalesce(
            typed.collected_traffic_source.manual_source,
            typed.parameter_source,
            case when typed.gclid is not null then 'google' end
        ), '') as traffic_source,
        nullif(coalesce(
            typed.collected_traffic_source.manual_medium,
            typed.parameter_medium,
            case when typed.gclid is not null then 'cpc' end
        ), '') as traffic_medium,
        nullif(coalesce(
            typed.collected_traffic_source.manual_campaign_name,
            typed.parameter_campaign
        ), '') as campaign,
        typed.gclid as click_id,

        ---------- device and place
        typed.device.category as device_category,
        typed.device.operating_system as operating_system,
        coalesce(typed.device.web_info.browser, typed.device.browser) as browser,
        typed.geo.country as country,
        typed.geo.region as region,
        typed.geo.city as city,
        typed.device.language as language,
        typed.platform,
        cast(null as {{ text }}) as user_agent,
        case typed.privacy_info.analytics_storage
            when 'Yes' then 'granted'
            when 'No' then 'denied'
        end as consent_state,
        'person' as identity_scope,

        ---------- money
        {{ waymark.try_cast(
            "case when " ~ waymark.is_finite(revenue) ~ " then " ~ revenue ~ " end", 'decimal(18, 4)'
        ) }} as value,
        nullif(typed.parameter_currency, '') as currency,
        nullif(nullif(coalesce(
            typed.ecommerce.transaction_id,
            typed.parameter_transaction_id
        ), '(not set)'), '') as transaction_id,

        {{ waymark.ga4_parameters_json() }} as properties,
        case
            when typed.malformed_line is not null then 'malformed json'
            when typed.clean_event_name is null then 'no event name'
            when typed.event_timestamp is null then 'no time'
            when typed.event_at is null then 'unparseable time'
            when
                {{ waymark.seconds_between('typed.loaded_at', 'typed.event_at') }}
                > {{ source.future_tolerance_seconds }}
                then 'in the future'
        end as reject_reason,
        typed.payload
    from typed

)

select
    {%- set keys = waymark.staged_keys() %}
    {% for column, key in keys.items() -%}
    {{ key }} as {{ column }},
    {% endfor -%}
    {% for column in waymark.staged_columns() if column not in keys and column != 'raw_payload' -%}
    {{ column }},
    {% endfor -%}
    case when reject_reason is not null then payload end as raw_payload
from final
