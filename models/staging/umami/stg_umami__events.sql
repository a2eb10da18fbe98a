{{ config(**waymark.staging_config('umami')) }}

{%- set source = waymark.staging_source('umami') %}

{#- What PostgreSQL keeps with the session ClickHouse repeats on each event. -#}
{%- set of_session = [
    'hostname', 'browser', 'os', 'device', 'screen', 'language', 'country', 'region', 'subdivision1', 'city',
    'distinct_id',
] %}
{#- Columns that older versions leave in the query of the page. -#}
{%- set utm = ['utm_source', 'utm_medium', 'utm_campaign', 'utm_content', 'utm_term'] %}
{%- set click_ids = ['gclid', 'fbclid', 'msclkid', 'ttclid', 'li_fat_id', 'twclid'] %}
{%- set measures = ['tag', 'lcp', 'inp', 'cls', 'fcp', 'ttfb'] %}
{%- set event_columns, session_columns, described_by = {}, {'session_id': 'session_id'}, [] %}
{%- for column in [
    'website_id', 'session_id', 'visit_id', 'event_id', 'event_type', 'event_name', 'created_at', 'url_path',
    'url_query', 'referrer_path', 'referrer_query', 'referrer_domain', 'page_title',
] + measures %}
    {%- do event_columns.update({column: column}) %}
{%- endfor %}
{%- for column in utm + click_ids %}
    {%- do event_columns.update({'told_' ~ column: column}) %}
{%- endfor %}
{%- for column in of_session %}
    {%- do event_columns.update({'event_' ~ column: column}) %}
    {%- do session_columns.update({column: column}) %}
{%- endfor %}
{%- for column in ['screen', 'utm_content', 'utm_term'] + measures %}
    {%- do described_by.append([column, column]) %}
{%- endfor %}
{%- set referrer_query = "coalesce('?' || referrer_query, '')" %}

with

described as (

    {{ waymark.clickhouse_rows(source, 'website_event', event_columns) }}

),

event_data as (

    {{ waymark.clickhouse_rows(source, 'event_data', {
        'event_id': 'event_id', 'website_event_id': 'website_event_id', 'property_name': 'data_key',
        'data_type': 'data_type', 'string_value': 'string_value', 'number_value': 'number_value',
        'date_value': 'date_value',
    }) }}

),

session_rows as (

    {{ waymark.clickhouse_rows(source, 'session', session_columns) }}

),

-- 12.5000 is 12.5: as it was sent
property_values as (

    select
        coalesce(event_id, website_event_id) as event_id,
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
    where malformed_line is null

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
        event_id as described_event,
        {{ waymark.json_object_agg('property_name', 'property_value') }} as told_properties
    from distinct_values
    group by event_id

),

sessions as (

    select
        {%- for column in of_session %}
        max({{ column }}) as {{ column }},
        {%- endfor %}
        session_id as known_session
    from session_rows
    where malformed_line is null
    group by session_id

),

joined as (

    select
        described.*,
        {%- for column in of_session %}
        coalesce(described.event_{{ column }}, sessions.{{ column }}) as {{ column }},
        {%- endfor %}
        '?' || described.url_query as page_query,
        coalesce(event_properties.told_properties, '{}') as event_properties
    from described
    left join sessions on described.session_id = sessions.known_session
    left join event_properties on described.event_id = event_properties.described_event

),

with_query as (

    select
        *,
        {%- for column in utm + click_ids %}
        coalesce(told_{{ column }}, {{ waymark.url_parameter('page_query', column) }}) as {{ column }}
        {{- ',' if not loop.last }}
        {%- endfor %}
    from joined

),

{{ waymark.stage_events(
    source,
    {
        'event_name': "case event_type when '1' then 'pageview' when '3' then 'link' when '4' then 'pixel'"
            ~ " when '5' then 'performance' else event_name end",
        'event_at': 'created_at',
        'anonymous_id': 'session_id',
        'user_id': 'distinct_id',
        'native_session_id': 'visit_id',
        'page_url': "coalesce('https://' || hostname, '') || " ~ waymark.page_path('url_path')
            ~ " || coalesce(page_query, '') || " ~ waymark.regex_replace('url_path', '^[^#]*', ''),
        'page_path': waymark.page_path('url_path'),
        'referrer_url': "'https://' || referrer_domain || coalesce(referrer_path, '') || " ~ referrer_query,
        'traffic_source': 'coalesce(utm_source, referrer_domain)',
        'traffic_medium': 'utm_medium',
        'campaign': 'utm_campaign',
        'click_id': 'coalesce(' ~ click_ids | join(', ') ~ ')',
        'device_category': 'lower(device)',
        'operating_system': 'os',
        'region': 'coalesce(region, subdivision1)',
        'value': waymark.json_value('event_properties', 'revenue'),
        'currency': 'upper(' ~ waymark.json_value('event_properties', 'currency') ~ ')',
        'transaction_id': waymark.json_value('event_properties', 'transaction_id'),
        'source_property': 'website_id',
        'properties': waymark.json_merge(
            waymark.without_nulls(waymark.json_object(described_by)), 'event_properties'
        ),
    },
    rows='with_query',
    named=['event_id', 'page_title', 'hostname', 'browser', 'country', 'city', 'language'],
) }}
