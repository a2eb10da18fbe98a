{{ config(**waymark.staging_config('segment')) }}

{%- set source = waymark.staging_source('segment') %}
{%- set calls = {'tracks': none, 'pages': 'page', 'screens': 'screen', 'identifies': 'identify'} %}
{#- column: the column of the call that tells it -#}
{%- set told = {
    'told_anonymous_id': 'anonymous_id', 'told_user_id': 'user_id', 'event': 'event', 'event_text': 'event_text',
    'called_at': 'timestamp', 'other_called_at': '_timestamp', 'original_timestamp': 'original_timestamp',
    'received_at': 'received_at', 'told_loaded_at': 'loaded_at', 'uuid_ts': 'uuid_ts', 'url': 'url', 'path': 'path',
    'title': 'title', 'name': 'name', 'referrer': 'referrer', 'platform': 'channel',
    'context_page_url': 'context_page_url', 'context_page_path': 'context_page_path',
    'context_page_title': 'context_page_title', 'context_page_referrer': 'context_page_referrer',
    'utm_source': 'context_campaign_source', 'utm_medium': 'context_campaign_medium',
    'campaign': 'context_campaign_name', 'user_agent': 'context_user_agent',
    'device_category': 'context_device_type', 'operating_system': 'context_os_name', 'language': 'context_locale',
    'native_session_id': 'context_session_id', 'revenue': 'revenue', 'total': 'total', 'told_value': 'value',
    'currency': 'currency', 'transaction_id': 'order_id',
} %}
{%- set no_properties = [
    'waymark_file', 'id', 'anonymous_id', 'user_id', 'event_text', 'timestamp', '_timestamp',
    'original_timestamp', 'sent_at', 'received_at', 'loaded_at', 'uuid_ts', 'uuid', 'context_user_agent',
    'context_page_url', 'context_page_path', 'context_page_title', 'context_page_referrer',
    'context_campaign_source', 'context_campaign_medium', 'context_campaign_name', 'context_locale',
    'context_session_id', 'context_os_name',
] %}

with

{% for table in calls -%}
{{ table }} as (

    {{ waymark.raw_rows(source, table) }}

),

{% endfor -%}
event_tables as (

    {{ waymark.raw_rows(source, 'event_tables') }}

),

aliases as (

    {{ waymark.raw_rows(source, 'aliases', {
        'old_id': 'previous_id', 'new_id': 'user_id', 'renamed': 'timestamp', 'received': 'received_at',
    }) }}

),

calls as (

    {% for table, call in calls.items() -%}
    select
        *,
        {{ waymark.text_literal(call or 'track') }} as call_type,
        coalesce(input_property, '') as id_property,
        {{ waymark.json_value('raw_row', 'id') }} as call_id,
        {{ waymark.without_nulls('raw_row') }} as call_row
    from {{ table }}
    {{ 'union all' if not loop.last }}
    {% endfor %}
),

-- `tracks` lacks what is particular to an event: that is in the table of the event
custom_rows as (

    select
        coalesce(input_property, '') as id_property,
        {{ waymark.json_value('raw_row', 'id') }} as call_id,
        max(raw_row) as raw_row
    from event_tables
    group by coalesce(input_property, ''), {{ waymark.json_value('raw_row', 'id') }}

),

custom_properties as (

    select
        id_property,
        call_id,
        {{ waymark.without_nulls('raw_row') }} as custom_row
    from custom_rows

),

renamings as (

    select
        coalesce(input_property, '') as input_property,
        old_id,
        new_id,
        {{ waymark.parse_timestamp('coalesce(renamed, received)') }} as renamed_at
    from aliases

),

last_renamings as (

    select
        input_property,
        old_id,
        {{ waymark.max_by('new_id', ['renamed_at', 'new_id']) }} as new_id
    from renamings
    where old_id <> new_id
    group by input_property, old_id

),

final_ids as (

    {{ waymark.final_ids('last_renamings') }}

),

joined as (

    select
        calls.*,
        {{ waymark.json_merge('calls.call_row', "coalesce(custom_properties.custom_row, '{}')") }}
            as told
    from calls
    left join custom_properties
        on
            calls.call_id = custom_properties.call_id
            and calls.id_property = custom_properties.id_property
            and calls.call_type = 'track'

),

with_told as (

    {{ waymark.with_json_values('joined', 'told', told) }}

),

named as (

    select
        *,
        coalesce(case when call_type in ('page', 'screen') then url end, context_page_url) as page_url,
        coalesce(case when call_type in ('page', 'screen') then referrer end, context_page_referrer)
            as referrer_url
    from with_told

),

sourced as (

    select
        *,
        {{ waymark.referrer_host('referrer_url', 'page_url') }} as told_referrer_host
    from named

),

identified as (

    select
        sourced.*,
        coalesce(user_names.final_id, sourced.told_user_id, device_names.final_id) as final_user_id
    from sourced
    left join final_ids as user_names
        on
            sourced.told_user_id = user_names.old_id
            and sourced.id_property = user_names.property_of_id
    left join final_ids as device_names
        on
            sourced.told_anonymous_id = device_names.old_id
            and sourced.id_property = device_names.property_of_id

),

{{ waymark.stage_events(
    source,
    {
        'event_id': 'call_id',
        'event_name': "case when call_type = 'track' then coalesce(event_text, event) else call_type end",
        'event_at': 'coalesce(called_at, other_called_at, original_timestamp, received_at)',
        'loaded_at': 'coalesce(received_at, told_loaded_at, uuid_ts)',
        'anonymous_id': 'told_anonymous_id',
        'user_id': 'final_user_id',
        'page_url': 'page_url',
        'page_path': "coalesce(case when call_type = 'page' then path end, context_page_path)",
        'page_title': "coalesce(case call_type when 'page' then title when 'screen' then name end, context_page_title)",
        'referrer_url': 'referrer_url',
        'traffic_source': 'coalesce(utm_source, told_referrer_host)',
        'traffic_medium': 'coalesce(utm_medium, case when utm_source is null and told_referrer_host is not null'
            ~ " then 'referral' end)",
        'click_id': waymark.url_parameter('page_url', 'gclid'),
        'value': "case when call_type = 'track' then coalesce(revenue, total, told_value) end",
        'properties': waymark.without_keys('told', no_properties),
    },
    rows='identified',
    named=told.keys() | list,
) }}
