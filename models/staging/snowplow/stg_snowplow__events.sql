{{ config(**waymark.staging_config('snowplow')) }}

{%- set source = waymark.staging_source('snowplow') %}
{%- set columns = [
    'app_id', 'platform', 'collector_tstamp', 'dvce_created_tstamp', 'event', 'event_id', 'user_id',
    'domain_userid', 'geo_country', 'geo_region', 'geo_region_name', 'geo_city', 'page_url', 'page_title',
    'page_referrer', 'page_urlhost', 'page_urlpath', 'refr_urlhost', 'refr_medium', 'refr_source',
    'mkt_medium', 'mkt_source', 'mkt_campaign', 'mkt_clickid', 'tr_orderid', 'tr_total', 'tr_currency',
    'useragent', 'br_name', 'br_family', 'br_lang', 'os_name', 'os_family', 'dvce_type', 'domain_sessionid',
    'derived_tstamp', 'event_name', 'event_fingerprint', 'true_tstamp', 'load_tstamp',
] %}
{%- set told = {} %}
{%- for column in columns %}
    {%- do told.update({column: 'nullif(' ~ waymark.json_value('raw_row', column) ~ ", '')"}) %}
{%- endfor %}
{#- Entities are lists, in columns named after the version of their schema. -#}
{%- set entities = {
    'robot': 'com_iab_snowplow_spiders_and_robots',
    'client_session': 'com_snowplowanalytics_snowplow_client_session',
    'purchase': 'com_snowplowanalytics_snowplow_ecommerce_transaction',
} %}
{%- set no_properties = columns | reject('in', ['app_id', 'refr_source', 'refr_medium']) | list + [
    'etl_tstamp', 'dvce_sent_tstamp', 'name_tracker', 'v_tracker', 'v_collector', 'v_etl', 'txn_id',
    'page_urlscheme', 'page_urlport', 'page_urlquery', 'page_urlfragment', 'refr_urlscheme', 'refr_urlport',
    'refr_urlpath', 'refr_urlquery', 'refr_urlfragment', 'event_vendor', 'event_format', 'event_version',
    'etl_tags',
] %}

with

raw_rows as (

    {{ waymark.raw_rows(source) }}

),

hashed as (

    select
        *,
        {{ dbt.hash('raw_row') }} as row_hash,
        {{ waymark.without_mapped(source, no_properties) }} as other_columns
    from raw_rows

),

self_describing as (

    select *
    from hashed
    where {{ told.event }} in ('unstruct', 'self_describing')

),

their_columns as (

    {{ waymark.json_each('self_describing', 'raw_row', ['row_hash']) }}

),

-- a column is named after the schema of its event; the enriched format puts the schema around it
own_columns as (

    select
        row_hash,
        property_name,
        {{ waymark.valid_object('property_value') }} as told
    from their_columns
    where property_name like 'unstruct_event%'

),

own_properties as (

    select
        row_hash,
        max(
            case
                when property_name = 'unstruct_event'
                    then {{ waymark.json_value(waymark.json_value('told', 'data'), 'data') }}
                else told
            end
        ) as own_row
    from own_columns
    group by row_hash

),

-- a text that is no JSON tells nothing
with_entities as (

    select
        *,
        {%- for entity, schema in entities.items() %}
        {%- set versions = [] %}
        {%- for version in ['1', '1_0_0', '1_0_1', '1_0_2', '1_0_3'] %}
            {%- set column = 'contexts_' ~ schema ~ '_' ~ version %}
            {%- do versions.append(waymark.json_value('raw_row', column)) %}
        {%- endfor %}
        {{ waymark.valid_object(
            "'{\"list\":' || nullif(coalesce(" ~ versions | join(', ') ~ "), '') || '}'"
        ) }} as {{ entity }}_list{{ ',' if not loop.last }}
        {%- endfor %}
    from hashed

),

opened as (

    select
        *,
        {{ waymark.without_nulls('other_columns') }} as other_values,
        {%- for entity in entities %}
        {{ waymark.json_first(waymark.json_value(entity ~ '_list', 'list')) }} as {{ entity }},
        {%- endfor %}
        case
            when coalesce({{ told.refr_medium }}, '') <> 'internal'
                then {{ waymark.referrer_host(told.page_referrer, told.page_url) }}
        end as told_referrer_host
    from with_entities

),

described as (

    select
        opened.*,
        coalesce(
            {{ waymark.json_value('opened.robot', 'spiderOrRobot') }},
            {{ waymark.json_value('opened.robot', 'spider_or_robot') }}
        ) as is_robot,
        own_properties.own_row
    from opened
    left join own_properties on opened.row_hash = own_properties.row_hash

),

with_own as (

    select
        *,
        {{ waymark.json_merge('other_values', "coalesce(own_row, '{}')") }} as known_values,
        case
            when is_robot is null then '{}'
            else {{ waymark.json_object([['spider_or_robot', 'is_robot']]) }}
        end as robot_row
    from described

),

{{ waymark.stage_events(
    source,
    {
        'event_id': told.event_id ~ ' || coalesce(' ~ "'.' || " ~ told.event_fingerprint ~ ", '')",
        'event_name': 'coalesce(' ~ told.event_name ~ ', ' ~ told.event ~ ')',
        'event_at': 'coalesce(' ~ [
            told.derived_tstamp, told.true_tstamp, told.collector_tstamp, told.dvce_created_tstamp
        ] | join(', ') ~ ')',
        'loaded_at': 'coalesce(' ~ told.load_tstamp ~ ', ' ~ told.collector_tstamp ~ ')',
        'anonymous_id': 'coalesce(' ~ [
            told.domain_userid, waymark.json_value('client_session', 'userId'),
            waymark.json_value('client_session', 'user_id'),
        ] | join(', ') ~ ')',
        'user_id': told.user_id,
        'native_session_id': 'coalesce(' ~ [
            told.domain_sessionid, waymark.json_value('client_session', 'sessionId'),
            waymark.json_value('client_session', 'session_id'),
        ] | join(', ') ~ ')',
        'page_url': told.page_url,
        'page_path': told.page_urlpath,
        'page_title': told.page_title,
        'hostname': told.page_urlhost,
        'referrer_url': told.page_referrer,
        'traffic_source': 'coalesce(' ~ told.mkt_source ~ ', case when told_referrer_host is not null then coalesce(lower('
            ~ told.refr_source ~ '), told_referrer_host) end)',
        'traffic_medium': 'coalesce(' ~ told.mkt_medium ~ ', case when ' ~ told.mkt_source
            ~ ' is null and told_referrer_host is not null then case ' ~ told.refr_medium
            ~ " when 'search' then 'organic' when 'social' then 'social' when 'email' then 'email'"
            ~ " else 'referral' end end)",
        'campaign': told.mkt_campaign,
        'click_id': told.mkt_clickid,
        'device_category': 'case lower(' ~ told.dvce_type ~ ") when 'computer' then 'desktop' else lower("
            ~ told.dvce_type ~ ') end',
        'operating_system': 'coalesce(' ~ told.os_family ~ ', ' ~ told.os_name ~ ')',
        'browser': 'coalesce(' ~ told.br_family ~ ', ' ~ told.br_name ~ ')',
        'country': told.geo_country,
        'region': 'coalesce(' ~ told.geo_region_name ~ ', ' ~ told.geo_region ~ ')',
        'city': told.geo_city,
        'language': told.br_lang,
        'platform': told.platform,
        'user_agent': told.useragent,
        'value': 'coalesce(' ~ told.tr_total ~ ', ' ~ waymark.json_value('purchase', 'revenue') ~ ')',
        'currency': 'coalesce(' ~ told.tr_currency ~ ', ' ~ waymark.json_value('purchase', 'currency') ~ ')',
        'transaction_id': 'coalesce(' ~ told.tr_orderid ~ ', '
            ~ waymark.json_value('purchase', 'transaction_id') ~ ')',
        'properties': waymark.json_merge('known_values', 'robot_row'),
    },
    rows='with_own',
) }}
