{{ config(**waymark.staging_config('segment')) }}

{%- set source = waymark.staging_source('segment') %}
{%- set calls = {'tracks': none, 'pages': 'page', 'screens': 'screen', 'identifies': 'identify'} %}
{%- set told = {} %}
{%- for column in [
    'id', 'anonymous_id', 'user_id', 'event', 'event_text', 'timestamp', '_timestamp', 'original_timestamp',
    'sent_at', 'received_at', 'loaded_at', 'uuid_ts', 'url', 'path', 'title', 'name', 'referrer', 'channel',
    'context_page_url', 'context_page_path', 'context_page_title', 'context_page_referrer',
    'context_campaign_source', 'context_campaign_medium', 'context_campaign_name', 'context_user_agent',
    'context_device_type', 'context_os_name', 'context_locale', 'context_session_id', 'revenue', 'total',
    'value', 'currency', 'order_id',
] %}
    {%- do told.update({column: 'nullif(' ~ waymark.json_value('told', column) ~ ", '')"}) %}
{%- endfor %}
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

    {{ waymark.raw_rows(source, 'aliases') }}

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
        nullif({{ waymark.json_value('raw_row', 'previous_id') }}, '') as old_id,
        nullif({{ waymark.json_value('raw_row', 'user_id') }}, '') as new_id,
        {{ waymark.parse_timestamp('coalesce('
            ~ waymark.json_value('raw_row', 'timestamp') ~ ', '
            ~ waymark.json_value('raw_row', 'received_at') ~ ')') }} as renamed_at
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

named as (

    select
        *,
        {{ told.user_id }} as told_user_id,
        {{ told.anonymous_id }} as told_anonymous_id,
        case
            when call_type in ('page', 'screen')
                then coalesce({{ told.url }}, {{ told.context_page_url }})
            else {{ told.context_page_url }}
        end as told_page_url,
        case
            when call_type in ('page', 'screen')
                then coalesce({{ told.referrer }}, {{ told.context_page_referrer }})
            else {{ told.context_page_referrer }}
        end as told_referrer_url
    from joined

),

sourced as (

    select
        *,
        {{ waymark.referrer_host('told_referrer_url', 'told_page_url') }} as told_referrer_host
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
            and sourced.id_property = user_names.input_property
    left join final_ids as device_names
        on
            sourced.told_anonymous_id = device_names.old_id
            and sourced.id_property = device_names.input_property

),

{{ waymark.stage_events(
    source,
    {
        'event_id': 'call_id',
        'event_name': "case when call_type = 'track' then coalesce(" ~ told.event_text ~ ', ' ~ told.event
            ~ ') else call_type end',
        'event_at': 'coalesce(' ~ [
            told.timestamp, told._timestamp, told.original_timestamp, told.received_at
        ] | join(', ') ~ ')',
        'loaded_at': 'coalesce(' ~ [told.received_at, told.loaded_at, told.uuid_ts] | join(', ') ~ ')',
        'anonymous_id': 'told_anonymous_id',
        'user_id': 'final_user_id',
        'native_session_id': told.context_session_id,
        'page_url': 'told_page_url',
        'page_path': "coalesce(case when call_type = 'page' then " ~ told.path ~ ' end, '
            ~ told.context_page_path ~ ')',
        'page_title': "coalesce(case call_type when 'page' then " ~ told.title ~ " when 'screen' then "
            ~ told.name ~ ' end, ' ~ told.context_page_title ~ ')',
        'referrer_url': 'told_referrer_url',
        'traffic_source': 'coalesce(' ~ told.context_campaign_source ~ ', told_referrer_host)',
        'traffic_medium': 'coalesce(' ~ told.context_campaign_medium ~ ', case when '
            ~ told.context_campaign_source ~ " is null and told_referrer_host is not null then 'referral' end)",
        'campaign': told.context_campaign_name,
        'click_id': waymark.url_parameter('told_page_url', 'gclid'),
        'device_category': told.context_device_type,
        'operating_system': told.context_os_name,
        'language': told.context_locale,
        'platform': told.channel,
        'user_agent': told.context_user_agent,
        'value': "case when call_type = 'track' then coalesce("
            ~ [told.revenue, told.total, told.value] | join(', ') ~ ') end',
        'currency': told.currency,
        'transaction_id': told.order_id,
        'properties': waymark.without_keys('told', no_properties),
    },
    rows='identified',
) }}
