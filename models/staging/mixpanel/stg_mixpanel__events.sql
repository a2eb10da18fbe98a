{{ config(**waymark.staging_config('mixpanel')) }}

{%- set source = waymark.staging_source('mixpanel') %}
{%- set columns = [
    'event', 'event_name', 'time', 'distinct_id', 'device_id', 'user_id', 'insert_id',
    'mp_processing_time_ms', 'properties',
] %}
{%- set told, sent = {}, {} %}
{%- for column in columns %}
    {%- do told.update({column: 'nullif(' ~ waymark.json_value('raw_row', column) ~ ", '')"}) %}
{%- endfor %}
{%- for property in [
    'time', 'distinct_id', '$insert_id', '$device_id', '$user_id', '$distinct_id_before_identity',
    'mp_processing_time_ms', '$current_url', 'current_page_title', '$referrer', 'utm_source', 'utm_medium',
    'utm_campaign', 'gclid', '$os', '$browser', 'mp_country_code', '$region', '$city', 'mp_lib', 'revenue',
    'amount', '$amount', 'currency', 'order_id', 'transaction_id',
] %}
    {%- do sent.update({property: 'nullif(' ~ waymark.json_value('sent', property) ~ ", '')"}) %}
{%- endfor %}

with

raw_rows as (

    {{ waymark.raw_rows(source) }}

),

mapping_rows as (

    {{ waymark.raw_rows(source, 'identity_mapping') }}

),

mappings as (

    select
        coalesce(input_property, '') as id_property,
        {{ waymark.json_value('raw_row', 'distinct_id') }} as distinct_id,
        {{ waymark.json_value('raw_row', 'resolved_distinct_id') }} as resolved_id
    from mapping_rows

),

-- an id that others were merged into is known as well, though no row may say so
known_ids as (

    select
        id_property,
        distinct_id,
        resolved_id
    from mappings

    union all

    select
        id_property,
        resolved_id as distinct_id,
        resolved_id
    from mappings

),

resolved_ids as (

    select
        id_property,
        distinct_id,
        coalesce(max(case when resolved_id <> distinct_id then resolved_id end), max(resolved_id))
            as resolved_id
    from known_ids
    group by id_property, distinct_id

),

opened as (

    select
        *,
        {{ told.properties }} as properties_text,
        {{ waymark.valid_object(told.properties) }} as sent,
        {{ waymark.without_mapped(source, columns) }} as other_columns
    from raw_rows

),

named as (

    select
        *,
        coalesce({{ told.event }}, {{ told.event_name }}) as told_name,
        coalesce({{ told.time }}, {{ sent['time'] }}) as told_time,
        coalesce({{ told.insert_id }}, {{ sent['$insert_id'] }}) as told_insert_id,
        coalesce({{ told.distinct_id }}, {{ sent.distinct_id }}) as told_distinct_id,
        {{ sent['$distinct_id_before_identity'] }} as told_first_id,
        coalesce({{ told.user_id }}, {{ sent['$user_id'] }}) as told_user_id,
        coalesce({{ told.device_id }}, {{ sent['$device_id'] }}) as told_device_id,
        {{ waymark.without_nulls('other_columns') }} as other_values,
        {{ waymark.without_keys("coalesce(sent, '{}')", [
            'time', 'distinct_id', '$insert_id', '$device_id', '$user_id', 'mp_processing_time_ms',
        ]) }} as sent_values
    from opened

),

-- `$device:<id>` is how an id says that it is of a device
resolved as (

    select
        named.*,
        coalesce(
            named.told_device_id,
            {{ waymark.regex_replace(
                "case when named.told_distinct_id like '$device:%' then named.told_distinct_id end",
                '^[$]device:', ''
            ) }},
            case when named.told_first_id <> named.told_distinct_id then named.told_first_id end
        ) as anonymous_id,
        resolved_ids.resolved_id,
        coalesce(resolved_ids.resolved_id, named.told_distinct_id) as final_distinct_id
    from named
    left join resolved_ids
        on
            named.told_distinct_id = resolved_ids.distinct_id
            and coalesce(named.input_property, '') = resolved_ids.id_property

),

-- somebody is known who logged in, was merged, or has another id than the device
identified as (

    select
        *,
        case
            when
                final_distinct_id is null
                or final_distinct_id like '$device:%'
                then told_user_id
            when
                told_user_id is not null
                or resolved_id is not null
                or anonymous_id is null
                or final_distinct_id <> anonymous_id
                then final_distinct_id
        end as final_user_id,
        {{ waymark.referrer_host(sent['$referrer'], sent['$current_url']) }} as told_referrer_host,
        cast(cast({{ waymark.parse_timestamp('told_time') }} as date) as {{ dbt.type_string() }})
            as told_day
    from resolved

),

{{ waymark.stage_events(
    source,
    {
        'event_id': 'case when told_insert_id is not null then ' ~ dbt.hash([
            "coalesce(input_property, '')", "coalesce(told_name, '')",
            "coalesce(told_first_id, told_distinct_id, '')", 'told_insert_id', "coalesce(told_day, '')",
        ] | join(" || '|' || ")) ~ ' end',
        'event_name': 'told_name',
        'event_at': 'told_time',
        'loaded_at': 'coalesce(' ~ told.mp_processing_time_ms ~ ', ' ~ sent.mp_processing_time_ms ~ ')',
        'anonymous_id': 'anonymous_id',
        'user_id': 'final_user_id',
        'page_url': sent['$current_url'],
        'page_title': sent.current_page_title,
        'referrer_url': "nullif(" ~ sent['$referrer'] ~ ", '$direct')",
        'traffic_source': 'coalesce(' ~ sent.utm_source ~ ', told_referrer_host)',
        'traffic_medium': 'coalesce(' ~ sent.utm_medium ~ ', case when ' ~ sent.utm_source
            ~ " is null and told_referrer_host is not null then 'referral' end)",
        'campaign': sent.utm_campaign,
        'click_id': sent.gclid,
        'operating_system': sent['$os'],
        'browser': sent['$browser'],
        'country': sent.mp_country_code,
        'region': sent['$region'],
        'city': sent['$city'],
        'platform': sent.mp_lib,
        'value': 'coalesce(' ~ [sent.revenue, sent.amount, sent['$amount']] | join(', ') ~ ')',
        'currency': sent.currency,
        'transaction_id': 'coalesce(' ~ sent.order_id ~ ', ' ~ sent.transaction_id ~ ')',
        'given_properties': 'properties_text',
        'properties': waymark.json_merge('other_values', 'sent_values'),
    },
    rows='identified',
    local_epochs=true,
    reject_reasons={
        'properties are not a json object':
            'given_properties is not null and not ' ~ waymark.json_is_object('given_properties'),
    },
) }}
