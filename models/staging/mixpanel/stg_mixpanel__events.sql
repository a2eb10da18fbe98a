{{ config(**waymark.staging_config('mixpanel')) }}

{%- set source = waymark.staging_source('mixpanel') %}
{#- column: the column of the export, and the property, that tells it -#}
{%- set told = {
    'event': 'event', 'other_name': 'event_name', 'row_time': 'time', 'row_distinct_id': 'distinct_id',
    'row_device_id': 'device_id', 'row_user_id': 'user_id', 'row_insert_id': 'insert_id',
    'row_processed_at': 'mp_processing_time_ms', 'properties_text': 'properties',
} %}
{%- set sent = {
    'sent_time': 'time', 'sent_distinct_id': 'distinct_id', 'sent_insert_id': '$insert_id',
    'sent_device_id': '$device_id', 'sent_user_id': '$user_id', 'told_first_id': '$distinct_id_before_identity',
    'sent_processed_at': 'mp_processing_time_ms', 'page_url': '$current_url', 'page_title': 'current_page_title',
    'referrer': '$referrer', 'utm_source': 'utm_source', 'utm_medium': 'utm_medium', 'campaign': 'utm_campaign',
    'click_id': 'gclid', 'operating_system': '$os', 'browser': '$browser', 'country': 'mp_country_code',
    'region': '$region', 'city': '$city', 'platform': 'mp_lib', 'revenue': 'revenue', 'amount': 'amount',
    'charged_amount': '$amount', 'currency': 'currency', 'order_id': 'order_id',
    'sent_transaction_id': 'transaction_id',
} %}

with

raw_rows as (

    {{ waymark.raw_rows(source, columns=told) }}

),

mappings as (

    {{ waymark.raw_rows(source, 'identity_mapping', {
        'distinct_id': 'distinct_id', 'resolved_id': 'resolved_distinct_id',
    }, blanks=[]) }}

),

-- an id that others were merged into is known as well, though no row may say so
known_ids as (

    select
        coalesce(input_property, '') as id_property,
        distinct_id,
        resolved_id
    from mappings

    union all

    select
        coalesce(input_property, '') as id_property,
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
        {{ waymark.valid_object('properties_text') }} as sent,
        {{ waymark.without_nulls(waymark.without_mapped(source, told.values() | list)) }} as other_values
    from raw_rows

),

with_sent as (

    {{ waymark.with_json_values('opened', 'sent', sent) }}

),

named as (

    select
        *,
        coalesce(event, other_name) as told_name,
        coalesce(row_time, sent_time) as told_time,
        coalesce(row_insert_id, sent_insert_id) as told_insert_id,
        coalesce(row_distinct_id, sent_distinct_id) as told_distinct_id,
        coalesce(row_user_id, sent_user_id) as told_user_id,
        coalesce(row_device_id, sent_device_id) as told_device_id,
        {{ waymark.without_keys("coalesce(sent, '{}')", [
            'time', 'distinct_id', '$insert_id', '$device_id', '$user_id', 'mp_processing_time_ms',
        ]) }} as sent_values
    from with_sent

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
        {{ waymark.referrer_host('referrer', 'page_url') }} as told_referrer_host,
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
        'loaded_at': 'coalesce(row_processed_at, sent_processed_at)',
        'anonymous_id': 'anonymous_id',
        'user_id': 'final_user_id',
        'referrer_url': "nullif(referrer, '$direct')",
        'traffic_source': 'coalesce(utm_source, told_referrer_host)',
        'traffic_medium': 'coalesce(utm_medium, case when utm_source is null and told_referrer_host is not null'
            ~ " then 'referral' end)",
        'value': 'coalesce(revenue, amount, charged_amount)',
        'transaction_id': 'coalesce(order_id, sent_transaction_id)',
        'given_properties': 'properties_text',
        'properties': waymark.json_merge('other_values', 'sent_values'),
    },
    rows='identified',
    named=sent.keys() | list,
    local_epochs=true,
    reject_reasons={
        'properties are not a json object':
            'given_properties is not null and not ' ~ waymark.json_is_object('given_properties'),
    },
) }}
