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
    {%- do told.update({'told_' ~ column: column}) %}
{%- endfor %}
{#- Entities are lists, in columns named after the version of their schema. -#}
{%- set entities = {
    'robot': 'com_iab_snowplow_spiders_and_robots',
    'client_session': 'com_snowplowanalytics_snowplow_client_session',
    'purchase': 'com_snowplowanalytics_snowplow_ecommerce_transaction',
} %}
{%- set versions = ['1', '1_0_0', '1_0_1', '1_0_2', '1_0_3'] %}
{%- for entity, schema in entities.items() %}
    {%- for version in versions %}
        {%- do told.update({entity ~ '_' ~ version: 'contexts_' ~ schema ~ '_' ~ version}) %}
    {%- endfor %}
{%- endfor %}
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

with_told as (

    {{ waymark.with_json_values('raw_rows', 'raw_row', told) }}

),

self_describing as (

    select
        {{ dbt.hash('raw_row') }} as row_hash,
        raw_row
    from raw_rows
    where {{ waymark.json_value('raw_row', 'event') }} in ('unstruct', 'self_describing')

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
        {%- for entity in entities %}
        {%- set lists = [] %}
        {%- for version in versions %}{% do lists.append(entity ~ '_' ~ version) %}{% endfor %}
        {{ waymark.valid_object("'{\"list\":' || coalesce(" ~ lists | join(', ') ~ ") || '}'") }}
            as {{ entity }}_list{{ ',' if not loop.last }}
        {%- endfor %}
    from with_told

),

opened as (

    select
        *,
        {{ waymark.without_nulls(waymark.without_mapped(source, no_properties)) }} as other_values,
        {%- for entity in entities %}
        {{ waymark.json_first(waymark.json_value(entity ~ '_list', 'list')) }} as {{ entity }},
        {%- endfor %}
        {{ waymark.referrer_host(
            "case when coalesce(told_refr_medium, '') <> 'internal' then told_page_referrer end", 'told_page_url'
        ) }} as told_referrer_host,
        case
            when told_event in ('unstruct', 'self_describing') then {{ dbt.hash('raw_row') }}
        end as row_hash
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

{%- set client_session, purchase = {}, {} %}
{%- for key in ['userId', 'user_id', 'sessionId', 'session_id'] %}
    {%- do client_session.update({key: waymark.json_value('client_session', key)}) %}
{%- endfor %}
{%- for key in ['revenue', 'currency', 'transaction_id'] %}
    {%- do purchase.update({key: waymark.json_value('purchase', key)}) %}
{%- endfor %}

{{ waymark.stage_events(
    source,
    {
        'event_id': "told_event_id || coalesce('.' || told_event_fingerprint, '')",
        'event_name': 'coalesce(told_event_name, told_event)',
        'event_at':
            'coalesce(told_derived_tstamp, told_true_tstamp, told_collector_tstamp, told_dvce_created_tstamp)',
        'loaded_at': 'coalesce(told_load_tstamp, told_collector_tstamp)',
        'anonymous_id': 'coalesce(told_domain_userid, ' ~ client_session.userId ~ ', ' ~ client_session.user_id ~ ')',
        'user_id': 'told_user_id',
        'native_session_id': 'coalesce(told_domain_sessionid, ' ~ client_session.sessionId ~ ', '
            ~ client_session.session_id ~ ')',
        'page_url': 'told_page_url',
        'page_path': 'told_page_urlpath',
        'page_title': 'told_page_title',
        'hostname': 'told_page_urlhost',
        'referrer_url': 'told_page_referrer',
        'traffic_source': 'coalesce(told_mkt_source, case when told_referrer_host is not null'
            ~ ' then coalesce(lower(told_refr_source), told_referrer_host) end)',
        'traffic_medium': 'coalesce(told_mkt_medium, case when told_mkt_source is null'
            ~ ' and told_referrer_host is not null then case told_refr_medium'
            ~ " when 'search' then 'organic' when 'social' then 'social' when 'email' then 'email'"
            ~ " else 'referral' end end)",
        'campaign': 'told_mkt_campaign',
        'click_id': 'told_mkt_clickid',
        'device_category':
            "case lower(told_dvce_type) when 'computer' then 'desktop' else lower(told_dvce_type) end",
        'operating_system': 'coalesce(told_os_family, told_os_name)',
        'browser': 'coalesce(told_br_family, told_br_name)',
        'country': 'told_geo_country',
        'region': 'coalesce(told_geo_region_name, told_geo_region)',
        'city': 'told_geo_city',
        'language': 'told_br_lang',
        'platform': 'told_platform',
        'user_agent': 'told_useragent',
        'value': 'coalesce(told_tr_total, ' ~ purchase.revenue ~ ')',
        'currency': 'coalesce(told_tr_currency, ' ~ purchase.currency ~ ')',
        'transaction_id': 'coalesce(told_tr_orderid, ' ~ purchase.transaction_id ~ ')',
        'properties': waymark.json_merge('known_values', 'robot_row'),
    },
    rows='with_own',
) }}
