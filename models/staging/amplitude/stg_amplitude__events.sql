{{ config(**waymark.staging_config('amplitude')) }}

{%- set source = waymark.staging_source('amplitude') %}
{%- set columns = [
    '$insert_id', 'event_type', 'event_time', 'server_upload_time', 'server_received_time', 'device_id',
    'user_id', 'amplitude_id', 'session_id', 'event_id', 'platform', 'os_name', 'device_family', 'country',
    'region', 'city', 'language', 'event_properties', 'user_properties',
] %}
{%- set told, sent = {'uuid': 'nullif(' ~ waymark.json_value('raw_row', 'uuid') ~ ", '')"}, {} %}
{%- for column in columns %}
    {%- do told.update({column: 'nullif(' ~ waymark.json_value('raw_row', column) ~ ", '')"}) %}
{%- endfor %}
{%- for property in [
    '[Amplitude] Page Location', '[Amplitude] Page URL', '[Amplitude] Page Path', '[Amplitude] Page Title',
    'referrer', 'utm_source', 'utm_medium', 'utm_campaign', 'gclid', '$revenue', '$price', '$quantity',
    'revenue', '$currency', 'currency', 'order_id', 'transaction_id',
] %}
    {%- do sent.update({property: 'nullif(' ~ waymark.json_value('sent', property) ~ ", '')"}) %}
{%- endfor %}
{%- set no_properties = columns + [
    'waymark_file', 'app', 'amplitude_event_type', 'client_event_time', 'client_upload_time',
    'processed_time', 'user_creation_time', 'group_properties', 'data', 'data_type', '$insert_key',
    '$schema', 'sample_rate', 'plan', 'ip_address', 'location_lat', 'location_lng', 'idfa', 'adid',
    'amplitude_attribution_ids', 'global_user_properties', 'source_id', 'partner_id',
] %}
{%- set amount = waymark.try_cast(sent['$price'], 'decimal(18, 4)') ~ ' * coalesce('
    ~ waymark.try_cast(sent['$quantity'], 'decimal(18, 4)') ~ ', 1)' %}

with

raw_rows as (

    {{ waymark.raw_rows(source) }}

),

merge_rows as (

    {{ waymark.raw_rows(source, 'merged_ids') }}

),

id_merges as (

    select
        coalesce(input_property, '') as input_property,
        {{ waymark.json_value('raw_row', 'amplitude_id') }} as old_id,
        {{ waymark.json_value('raw_row', 'merged_amplitude_id') }} as new_id,
        {{ waymark.parse_timestamp(waymark.json_value('raw_row', 'merge_server_time')) }} as merged_at
    from merge_rows

),

last_merges as (

    select
        input_property,
        old_id,
        {{ waymark.max_by('new_id', ['merged_at', 'new_id']) }} as new_id
    from id_merges
    where old_id <> new_id
    group by input_property, old_id

),

final_ids as (

    {{ waymark.final_ids('last_merges') }}

),

opened as (

    select
        *,
        {{ told.event_properties }} as event_properties_text,
        {{ waymark.valid_object(told.event_properties) }} as event_properties,
        {{ waymark.valid_object(told.user_properties) }} as user_properties,
        {{ told.device_id }} as told_device_id,
        {{ told.amplitude_id }} as told_amplitude_id,
        {{ waymark.without_mapped(source, no_properties) }} as other_columns
    from raw_rows

),

with_values as (

    select
        *,
        {{ waymark.without_nulls("coalesce(user_properties, '{}')") }} as user_values,
        {{ waymark.without_nulls("coalesce(event_properties, '{}')") }} as event_values,
        {{ waymark.without_nulls('other_columns') }} as other_values
    from opened

),

-- what the event says of a name comes before what is said of the user
described as (

    select
        *,
        {{ waymark.json_merge('user_values', 'event_values') }} as sent
    from with_values

),

identified as (

    select
        described.*,
        case
            when described.told_device_id is not null then described.told_device_id
            when described.told_amplitude_id is not null
                then 'amplitude:' || coalesce(final_ids.final_id, described.told_amplitude_id)
        end as anonymous_id,
        coalesce({{ sent['[Amplitude] Page Location'] }}, {{ sent['[Amplitude] Page URL'] }}) as told_page_url
    from described
    left join final_ids
        on
            described.told_amplitude_id = final_ids.old_id
            and coalesce(described.input_property, '') = final_ids.input_property

),

sourced as (

    select
        *,
        {{ waymark.referrer_host(sent.referrer, 'told_page_url') }} as told_referrer_host
    from identified

),

{{ waymark.stage_events(
    source,
    {
        'event_id': 'coalesce(told_device_id || ' ~ "'|'" ~ ' || ' ~ told['$insert_id'] ~ ', ' ~ told.uuid ~ ')',
        'event_name': told.event_type,
        'event_at': told.event_time,
        'loaded_at': 'coalesce(' ~ told.server_upload_time ~ ', ' ~ told.server_received_time ~ ')',
        'source_sequence': told.event_id,
        'anonymous_id': 'anonymous_id',
        'user_id': told.user_id,
        'native_session_id': 'nullif(' ~ told.session_id ~ ", '-1')",
        'page_url': 'told_page_url',
        'page_path': sent['[Amplitude] Page Path'],
        'page_title': sent['[Amplitude] Page Title'],
        'referrer_url': sent.referrer,
        'traffic_source': 'coalesce(' ~ sent.utm_source ~ ', told_referrer_host)',
        'traffic_medium': 'coalesce(' ~ sent.utm_medium ~ ', case when ' ~ sent.utm_source
            ~ " is null and told_referrer_host is not null then 'referral' end)",
        'campaign': sent.utm_campaign,
        'click_id': sent.gclid,
        'operating_system': 'case when lower(' ~ told.platform ~ ") = 'web' then " ~ told.device_family
            ~ ' else ' ~ told.os_name ~ ' end',
        'browser': 'case when lower(' ~ told.platform ~ ") = 'web' then " ~ told.os_name ~ ' end',
        'country': told.country,
        'region': told.region,
        'city': told.city,
        'language': told.language,
        'platform': told.platform,
        'value': 'coalesce(' ~ sent['$revenue'] ~ ', cast(' ~ amount ~ ' as ' ~ dbt.type_string() ~ '), '
            ~ sent.revenue ~ ')',
        'currency': 'coalesce(' ~ sent['$currency'] ~ ', ' ~ sent.currency ~ ')',
        'transaction_id': 'coalesce(' ~ sent.order_id ~ ', ' ~ sent.transaction_id ~ ')',
        'given_properties': 'event_properties_text',
        'properties': waymark.json_merge('other_values', 'sent'),
    },
    rows='sourced',
    reject_reasons={
        'event_properties are not a json object':
            'given_properties is not null and not ' ~ waymark.json_is_object('given_properties'),
    },
) }}
