{{ config(**waymark.staging_config('posthog')) }}

{%- set source = waymark.staging_source('posthog') %}
{%- set told = {} %}
{%- for column in [
    'uuid', 'event', 'distinct_id', 'person_id', 'person_mode', 'timestamp', 'created_at', '_inserted_at',
    'bq_ingested_timestamp', 'properties',
] %}
    {%- do told.update({column: 'nullif(' ~ waymark.json_value('raw_row', column) ~ ", '')"}) %}
{%- endfor %}
{%- set sent = {} %}
{%- for property in [
    '$current_url', '$pathname', '$host', 'title', '$screen_name', '$referrer', 'utm_source', 'utm_medium',
    'utm_campaign', 'gclid', '$device_type', '$os', '$browser', '$geoip_country_name', '$geoip_country_code',
    '$geoip_subdivision_1_name', '$geoip_city_name', '$browser_language', '$lib', '$raw_user_agent',
    '$session_id', '$process_person_profile', '$cookieless_mode', 'revenue', 'currency', 'order_id',
    'transaction_id',
] %}
    {%- do sent.update({property: 'nullif(' ~ waymark.json_value('sent', property) ~ ", '')"}) %}
{%- endfor %}
{#- What the person is like is not about the event. -#}
{%- set no_properties = told.keys() | list + [
    'team_id', 'person_properties', 'person_created_at', 'site_url', 'group0_properties', 'group1_properties',
    'group2_properties', 'group3_properties', 'group4_properties', 'set', 'set_once',
] %}

with

raw_rows as (

    {{ waymark.raw_rows(source) }}

),

person_rows as (

    {{ waymark.raw_rows(source, 'persons') }}

),

person_versions as (

    select
        coalesce(input_property, '') as id_property,
        {{ waymark.json_value('raw_row', 'distinct_id') }} as distinct_id,
        {{ waymark.json_value('raw_row', 'person_id') }} as person_id,
        lower({{ waymark.json_value('raw_row', 'is_deleted') }}) as is_deleted,
        {%- for version in ['person_distinct_id_version', 'person_version'] %}
        coalesce({{ waymark.try_cast(waymark.json_value('raw_row', version), 'bigint') }}, 0)
            as {{ version }}{{ ',' if not loop.last }}
        {%- endfor %}
    from person_rows

),

-- merges and deletions come as new versions of the row
persons as (

    select
        id_property,
        distinct_id,
        {{ waymark.max_by(
            "case when is_deleted in ('true', '1') then '' else person_id end",
            ['person_distinct_id_version', 'person_version'],
        ) }} as person_id
    from person_versions
    group by id_property, distinct_id

),

opened as (

    select
        *,
        {{ told.properties }} as properties_text,
        {{ waymark.valid_object(told.properties) }} as sent,
        {{ waymark.without_mapped(source, no_properties) }} as other_columns
    from raw_rows

),

sourced as (

    select
        *,
        {{ told.distinct_id }} as distinct_id,
        {{ told.person_id }} as person_id,
        {{ waymark.without_nulls('other_columns') }} as other_values,
        {{ waymark.referrer_host(sent['$referrer'], sent['$current_url']) }} as told_referrer_host,
        coalesce({{ told.person_mode }} = 'propertyless', false)
        or coalesce({{ sent['$process_person_profile'] }} = 'false', false) as is_personless
    from opened

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
        'event_id': told.uuid,
        'event_name': told.event,
        'event_at': told.timestamp,
        'loaded_at': 'coalesce('
            ~ [told._inserted_at, told.bq_ingested_timestamp, told.created_at] | join(', ') ~ ')',
        'anonymous_id': 'distinct_id',
        'user_id': 'final_person_id',
        'native_session_id': sent['$session_id'],
        'page_url': sent['$current_url'],
        'page_path': sent['$pathname'],
        'page_title': 'coalesce(' ~ sent['title'] ~ ', ' ~ sent['$screen_name'] ~ ')',
        'hostname': sent['$host'],
        'referrer_url': "nullif(" ~ sent['$referrer'] ~ ", '$direct')",
        'traffic_source': 'coalesce(' ~ sent['utm_source'] ~ ', told_referrer_host)',
        'traffic_medium': 'coalesce(' ~ sent['utm_medium'] ~ ', case when ' ~ sent['utm_source']
            ~ " is null and told_referrer_host is not null then 'referral' end)",
        'campaign': sent['utm_campaign'],
        'click_id': sent['gclid'],
        'device_category': 'lower(' ~ sent['$device_type'] ~ ')',
        'operating_system': sent['$os'],
        'browser': sent['$browser'],
        'country': 'coalesce(' ~ sent['$geoip_country_name'] ~ ', ' ~ sent['$geoip_country_code'] ~ ')',
        'region': sent['$geoip_subdivision_1_name'],
        'city': sent['$geoip_city_name'],
        'language': sent['$browser_language'],
        'platform': sent['$lib'],
        'user_agent': sent['$raw_user_agent'],
        'identity_scope': "case when " ~ sent['$cookieless_mode'] ~ " = 'true' then 'day' end",
        'value': sent['revenue'],
        'currency': sent['currency'],
        'transaction_id': 'coalesce(' ~ sent['order_id'] ~ ', ' ~ sent['transaction_id'] ~ ')',
        'given_properties': 'properties_text',
        'properties': waymark.json_merge('other_values', "coalesce(sent, '{}')"),
    },
    rows='identified',
    reject_reasons={
        'properties are not a json object':
            'given_properties is not null and not ' ~ waymark.json_is_object('given_properties'),
    },
) }}
