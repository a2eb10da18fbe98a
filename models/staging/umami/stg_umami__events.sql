{{ config(**waymark.staging_config('umami')) }}

{%- set source = waymark.staging_source('umami') %}

{#- What PostgreSQL keeps with the session ClickHouse repeats on each event. #}
{%- set of_session = [
    'hostname', 'browser', 'os', 'device', 'screen', 'language', 'country', 'region', 'subdivision1', 'city',
    'distinct_id',
] %}
{#- Columns that older versions leave in the query of the page. #}
{%- set of_query = {} %}
{%- for column in [
    'utm_source', 'utm_medium', 'utm_campaign', 'utm_content', 'utm_term',
    'gclid', 'fbclid', 'msclkid', 'ttclid', 'li_fat_id', 'twclid',
] %}
    {%- do of_query.update({column: 'coalesce(' ~ waymark.clickhouse_value(column) ~ ', '
        ~ waymark.url_parameter('page_query', column) ~ ')'}) %}
{%- endfor %}
{%- set click_ids = [] %}
{%- for column in of_query if not column.startswith('utm') %}
    {%- do click_ids.append(of_query[column]) %}
{%- endfor %}
{%- set described_by = [
    ['screen', 'screen'], ['utm_content', of_query.utm_content], ['utm_term', of_query.utm_term],
] %}
{%- for column in ['tag', 'lcp', 'inp', 'cls', 'fcp', 'ttfb'] %}
    {%- do described_by.append([column, waymark.clickhouse_value(column)]) %}
{%- endfor %}
{%- set referrer_query = "coalesce('?' || referrer_query, '')" %}

with

raw_rows as (

    {{ waymark.raw_rows(source, 'website_event') }}

),

raw_event_data as (

    {{ waymark.raw_rows(source, 'event_data') }}

),

raw_sessions as (

    {{ waymark.raw_rows(source, 'session') }}

),

event_data as (

    select
        coalesce(
            {{ waymark.clickhouse_value('event_id') }},
            {{ waymark.clickhouse_value('website_event_id') }}
        ) as event_id,
        {{ waymark.clickhouse_value('data_key') }} as property_name,
        {{ waymark.clickhouse_value('data_type') }} as data_type,
        {{ waymark.clickhouse_value('string_value') }} as string_value,
        {{ waymark.clickhouse_value('number_value') }} as number_value,
        {{ waymark.clickhouse_value('date_value') }} as date_value
    from raw_event_data
    where malformed_line is null

),

-- 12.5000 is 12.5: as it was sent
property_values as (

    select
        event_id,
        property_name,
        case
            when data_type = '2'
                then {{ waymark.regex_replace(
                    waymark.regex_replace(
                        'coalesce(number_value, string_value)', '([.][0-9]*[1-9])0+$', '\\1'
                    ),
                    '[.]0+$', '',
                ) }}
            when data_type = '4' then coalesce(string_value, date_value)
            else string_value
        end as property_value
    from event_data

),

-- overlapping dumps have it twice
distinct_values as (

    select
        event_id,
        property_name,
        max(property_value) as property_value
    from property_values
    where
        property_name is not null
        and property_value is not null
    group by event_id, property_name

),

event_properties as (

    select
        event_id,
        {{ waymark.json_object_agg('property_name', 'property_value') }} as event_properties
    from distinct_values
    group by event_id

),

session_rows as (

    select
        {%- for column in of_session %}
        {{ waymark.clickhouse_value(column) }} as {{ column }},
        {%- endfor %}
        {{ waymark.clickhouse_value('session_id') }} as session_id
    from raw_sessions
    where malformed_line is null

),

sessions as (

    select
        {%- for column in of_session %}
        max({{ column }}) as {{ column }},
        {%- endfor %}
        session_id
    from session_rows
    group by session_id

),

described as (

    select
        *,
        {%- for column in [
            'website_id', 'session_id', 'visit_id', 'event_id', 'event_type', 'event_name', 'created_at', 'url_path',
            'url_query', 'referrer_path', 'referrer_query', 'referrer_domain',
        ] %}
        {{ waymark.clickhouse_value(column) }} as {{ column }},
        {%- endfor %}
        {%- for column in of_session %}
        {{ waymark.clickhouse_value(column) }} as event_{{ column }}{{ ',' if not loop.last }}
        {%- endfor %}
    from raw_rows

),

joined as (

    select
        described.*,
        {%- for column in of_session %}
        coalesce(described.event_{{ column }}, sessions.{{ column }}) as {{ column }},
        {%- endfor %}
        '?' || described.url_query as page_query,
        coalesce(event_properties.event_properties, '{}') as event_properties
    from described
    left join sessions on described.session_id = sessions.session_id
    left join event_properties on described.event_id = event_properties.event_id

),

{{ waymark.stage_events(
    source,
    {
        'event_id': 'event_id',
        'event_name': "case event_type when '1' then 'pageview' when '3' then 'link' when '4' then 'pixel'"
            ~ " when '5' then 'performance' else event_name end",
        'event_at': 'created_at',
        'anonymous_id': 'session_id',
        'user_id': 'distinct_id',
        'native_session_id': 'visit_id',
        'page_url': "coalesce('https://' || hostname, '') || " ~ waymark.page_path('url_path')
            ~ " || coalesce(page_query, '') || " ~ waymark.regex_replace('url_path', '^[^#]*', ''),
        'page_path': waymark.page_path('url_path'),
        'page_title': waymark.clickhouse_value('page_title'),
        'hostname': 'hostname',
        'referrer_url': "'https://' || referrer_domain || coalesce(referrer_path, '') || " ~ referrer_query,
        'traffic_source': 'coalesce(' ~ of_query.utm_source ~ ', referrer_domain)',
        'traffic_medium': of_query.utm_medium,
        'campaign': of_query.utm_campaign,
        'click_id': 'coalesce(' ~ click_ids | join(', ') ~ ')',
        'device_category': 'lower(device)',
        'operating_system': 'os',
        'browser': 'browser',
        'country': 'country',
        'region': 'coalesce(region, subdivision1)',
        'city': 'city',
        'language': 'language',
        'value': waymark.json_value('event_properties', 'revenue'),
        'currency': 'upper(' ~ waymark.json_value('event_properties', 'currency') ~ ')',
        'transaction_id': waymark.json_value('event_properties', 'transaction_id'),
        'source_property': 'website_id',
        'properties': waymark.json_merge(
            waymark.without_nulls(waymark.json_object(described_by)), 'event_properties'
        ),
    },
    rows='joined',
) }}
