{{ config(**waymark.staging_config('amplitude')) }}

{%- set source = waymark.staging_source('amplitude') %}
{#- column: the column of the export, and the property, that tells it -#}
{%- set told = {
    'insert_id': '$insert_id', 'event_name': 'event_type', 'event_at': 'event_time',
    'uploaded_at': 'server_upload_time', 'received_at': 'server_received_time', 'told_device_id': 'device_id',
    'user_id': 'user_id', 'told_amplitude_id': 'amplitude_id', 'session_id': 'session_id',
    'source_sequence': 'event_id', 'platform': 'platform', 'os_name': 'os_name', 'device_family': 'device_family',
    'country': 'country', 'region': 'region', 'city': 'city', 'language': 'language',
    'event_properties_text': 'event_properties', 'user_properties_text': 'user_properties',
} %}
{%- set sent = {
    'page_location': '[Amplitude] Page Location', 'sent_page_url': '[Amplitude] Page URL',
    'page_path': '[Amplitude] Page Path', 'page_title': '[Amplitude] Page Title', 'referrer_url': 'referrer',
    'utm_source': 'utm_source', 'utm_medium': 'utm_medium', 'campaign': 'utm_campaign', 'click_id': 'gclid',
    'own_revenue': '$revenue', 'price': '$price', 'quantity': '$quantity', 'revenue': 'revenue',
    'own_currency': '$currency', 'sent_currency': 'currency', 'order_id': 'order_id',
    'sent_transaction_id': 'transaction_id',
} %}
{%- set no_properties = told.values() | list + [
    'waymark_file', 'app', 'amplitude_event_type', 'client_event_time', 'client_upload_time',
    'processed_time', 'user_creation_time', 'group_properties', 'data', 'data_type', '$insert_key',
    '$schema', 'sample_rate', 'plan', 'ip_address', 'location_lat', 'location_lng', 'idfa', 'adid',
    'amplitude_attribution_ids', 'global_user_properties', 'source_id', 'partner_id',
] %}
{%- set amount = waymark.try_cast('price', 'decimal(18, 4)') ~ ' * coalesce('
    ~ waymark.try_cast('quantity', 'decimal(18, 4)') ~ ', 1)' %}

with

raw_rows as (

    {{ waymark.raw_rows(source, columns=dict(told, uuid='uuid')) }}

),

merge_rows as (

    {{ waymark.raw_rows(source, 'merged_ids', {
        'old_id': 'amplitude_id', 'new_id': 'merged_amplitude_id', 'told_at': 'merge_server_time',
    }, blanks=[]) }}

),

id_merges as (

    select
        coalesce(input_property, '') as input_property,
        old_id,
        new_id,
        {{ waymark.parse_timestamp('told_at') }} as merged_at
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
        {{ waymark.valid_object('event_properties_text') }} as event_properties,
        {{ waymark.valid_object('user_properties_text') }} as user_properties,
        {{ waymark.without_nulls(waymark.without_mapped(source, no_properties)) }} as other_values
    from raw_rows

),

-- what the event says of a name comes before what is said of the user
described as (

    select
        *,
        {{ waymark.json_merge(
            waymark.without_nulls("coalesce(user_properties, '{}')"),
            waymark.without_nulls("coalesce(event_properties, '{}')"),
        ) }} as sent
    from opened

),

with_sent as (

    {{ waymark.with_json_values('described', 'sent', sent) }}

),

identified as (

    select
        with_sent.*,
        case
            when with_sent.told_device_id is not null then with_sent.told_device_id
            when with_sent.told_amplitude_id is not null
                then 'amplitude:' || coalesce(final_ids.final_id, with_sent.told_amplitude_id)
        end as anonymous_id,
        coalesce(with_sent.page_location, with_sent.sent_page_url) as page_url
    from with_sent
    left join final_ids
        on
            with_sent.told_amplitude_id = final_ids.old_id
            and coalesce(with_sent.input_property, '') = final_ids.property_of_id

),

sourced as (

    select
        *,
        {{ waymark.referrer_host('referrer_url', 'page_url') }} as told_referrer_host
    from identified

),

{{ waymark.stage_events(
    source,
    {
        'event_id': "coalesce(told_device_id || '|' || insert_id, uuid)",
        'loaded_at': 'coalesce(uploaded_at, received_at)',
        'anonymous_id': 'anonymous_id',
        'native_session_id': "nullif(session_id, '-1')",
        'page_url': 'page_url',
        'traffic_source': 'coalesce(utm_source, told_referrer_host)',
        'traffic_medium': 'coalesce(utm_medium, case when utm_source is null and told_referrer_host is not null'
            ~ " then 'referral' end)",
        'operating_system': "case when lower(platform) = 'web' then device_family else os_name end",
        'browser': "case when lower(platform) = 'web' then os_name end",
        'value': 'coalesce(own_revenue, cast(' ~ amount ~ ' as ' ~ dbt.type_string() ~ '), revenue)',
        'currency': 'coalesce(own_currency, sent_currency)',
        'transaction_id': 'coalesce(order_id, sent_transaction_id)',
        'given_properties': 'event_properties_text',
        'properties': waymark.json_merge('other_values', 'sent'),
    },
    rows='sourced',
    named=told.keys() | list + sent.keys() | list,
    reject_reasons={
        'event_properties are not a json object':
            'given_properties is not null and not ' ~ waymark.json_is_object('given_properties'),
    },
) }}
