{{ config(**waymark.staging_config('posthog')) }}

{%- set source = waymark.staging_source('posthog') %}
{#- column: the column of the export, and the property, that tells it -#}
{%- set told = {
    'event_id': 'uuid', 'event_name': 'event', 'event_at': 'timestamp', 'distinct_id': 'distinct_id',
    'person_id': 'person_id', 'person_mode': 'person_mode', 'properties_text': 'properties',
    'inserted_at': '_inserted_at', 'ingested_at': 'bq_ingested_timestamp', 'created_at': 'created_at',
} %}
{%- set sent = {
    'native_session_id': '$session_id', 'page_url': '$current_url', 'page_path': '$pathname', 'sent_title': 'title',
    'screen_name': '$screen_name', 'hostname': '$host', 'referrer': '$referrer', 'utm_source': 'utm_source',
    'utm_medium': 'utm_medium', 'campaign': 'utm_campaign', 'click_id': 'gclid', 'device_type': '$device_type',
    'operating_system': '$os', 'browser': '$browser', 'country_name': '$geoip_country_name',
    'country_code': '$geoip_country_code', 'region': '$geoip_subdivision_1_name', 'city': '$geoip_city_name',
    'language': '$browser_language', 'platform': '$lib', 'user_agent': '$raw_user_agent',
    'has_profile': '$process_person_profile', 'is_cookieless': '$cookieless_mode', 'value': 'revenue',
    'currency': 'currency', 'order_id': 'order_id', 'sent_transaction_id': 'transaction_id',
} %}
{#- What the person is like is not about the event. -#}
{%- set no_properties = told.values() | list + [
    'team_id', 'person_properties', 'person_created_at', 'site_url', 'group0_properties', 'group1_properties',
    'group2_properties', 'group3_properties', 'group4_properties', 'set', 'set_once',
] %}

with

raw_rows as (

    {{ waymark.raw_rows(source, columns=told) }}

),

person_rows as (

    {{ waymark.raw_rows(source, 'persons', {
        'distinct_id': 'distinct_id', 'person_id': 'person_id', 'is_deleted': 'is_deleted',
        'told_id_version': 'person_distinct_id_version', 'told_person_version': 'person_version',
    }, blanks=[]) }}

),

person_versions as (

    select
        coalesce(input_property, '') as id_property,
        distinct_id,
        case when lower(is_deleted) in ('true', '1') then '' else person_id end as person_id,
        coalesce({{ waymark.try_cast('told_id_version', 'bigint') }}, 0) as id_version,
        coalesce({{ waymark.try_cast('told_person_version', 'bigint') }}, 0) as person_version
    from person_rows

),

-- merges and deletions come as new versions of the row
persons as (

    select
        id_property,
        distinct_id,
        {{ waymark.max_by('person_id', ['id_version', 'person_version']) }} as person_id
    from person_versions
    group by id_property, distinct_id

),

opened as (

    select
        *,
        {{ waymark.valid_object('properties_text') }} as sent,
        {{ waymark.without_nulls(waymark.without_mapped(source, no_properties)) }} as other_values
    from raw_rows

),

with_sent as (

    {{ waymark.with_json_values('opened', 'sent', sent) }}

),

sourced as (

    select
        *,
        {{ waymark.referrer_host('referrer', 'page_url') }} as told_referrer_host,
        coalesce(person_mode = 'propertyless', false)
        or coalesce(has_profile = 'false', false) as is_personless
    from with_sent

),

-- who it is by now; an event without a profile tells a person that does not exist
identified as (

    select
        sourced.*,
        case
            when persons.person_id is not null then persons.person_id
            when not sourced.is_personless then sourced.person_id
        end as final_person_id
    from sourced
    left join persons
        on
            sourced.distinct_id = persons.distinct_id
            and coalesce(sourced.input_property, '') = persons.id_property

),

{{ waymark.stage_events(
    source,
    {
        'loaded_at': 'coalesce(inserted_at, ingested_at, created_at)',
        'anonymous_id': 'distinct_id',
        'user_id': 'final_person_id',
        'page_title': 'coalesce(sent_title, screen_name)',
        'referrer_url': "nullif(referrer, '$direct')",
        'traffic_source': 'coalesce(utm_source, told_referrer_host)',
        'traffic_medium': 'coalesce(utm_medium, case when utm_source is null and told_referrer_host is not null'
            ~ " then 'referral' end)",
        'device_category': 'lower(device_type)',
        'country': 'coalesce(country_name, country_code)',
        'identity_scope': "case when is_cookieless = 'true' then 'day' end",
        'transaction_id': 'coalesce(order_id, sent_transaction_id)',
        'given_properties': 'properties_text',
        'properties': waymark.json_merge('other_values', "coalesce(sent, '{}')"),
    },
    rows='identified',
    named=told.keys() | list + sent.keys() | list,
    reject_reasons={
        'properties are not a json object':
            'given_properties is not null and not ' ~ waymark.json_is_object('given_properties'),
    },
) }}
