{{ config(**waymark.staging_config('plausible')) }}

{%- set source = waymark.staging_source('plausible') %}
{%- set text = dbt.type_string() %}
{#- Our names of columns, and theirs. -#}
{%- set told = {
    'event_name': 'name', 'site_id': 'site_id', 'happened_at': 'timestamp', 'told_user_id': 'user_id',
    'told_session_id': 'session_id', 'hostname': 'hostname', 'pathname': 'pathname', 'referrer_url': 'referrer',
    'utm_source': 'utm_source', 'traffic_medium': 'utm_medium', 'campaign': 'utm_campaign',
    'utm_content': 'utm_content', 'utm_term': 'utm_term', 'click_id_param': 'click_id_param',
    'referrer_source': 'referrer_source', 'acquisition_channel': 'acquisition_channel',
    'engagement_time': 'engagement_time', 'told_scroll_depth': 'scroll_depth',
    'reporting_amount': 'revenue_reporting_amount', 'told_reporting_currency': 'revenue_reporting_currency',
    'source_amount': 'revenue_source_amount', 'told_source_currency': 'revenue_source_currency',
    'screen_size': 'screen_size', 'operating_system': 'operating_system', 'browser': 'browser',
    'country_code': 'country_code', 'region': 'subdivision1_code', 'city_id': 'city_geoname_id',
    'property_names': 'meta.key', 'property_values': 'meta.value',
} %}

with

raw_rows as (

    {{ waymark.clickhouse_rows(source, 'events_v2', told) }}

),

sessions as (

    select
        session_key,
        acquisition_channel
    from {{ ref('stg_plausible__sessions') }}

),

described as (

    select
        *,
        nullif(told_user_id, '0') as visitor_id,
        nullif(told_session_id, '0') as session_id,
        nullif(told_scroll_depth, '255') as scroll_depth,
        {{ waymark.clickhouse_code('told_reporting_currency', 3) }} as reporting_currency,
        {{ waymark.clickhouse_code('told_source_currency', 3) }} as source_currency
    from raw_rows

),

with_properties as (

    select
        described.*,
        {{ waymark.json_from_lists(
            waymark.clickhouse_list('described.property_names'),
            waymark.clickhouse_list('described.property_values'),
        ) }} as custom_properties,
        coalesce(described.acquisition_channel, sessions.acquisition_channel) as channel
    from described
    left join sessions
        on
            coalesce(described.input_property, described.site_id, '') || '|' || described.session_id
            = sessions.session_key

),

identified as (

    {{ waymark.with_row_ids('with_properties', [
        'input_property', 'site_id', 'event_name',
        'cast(' ~ waymark.epoch_us(waymark.parse_timestamp('happened_at')) ~ ' as ' ~ text ~ ')',
        'visitor_id', 'session_id', 'hostname', 'pathname', 'scroll_depth', 'engagement_time', 'custom_properties',
        'cast(' ~ waymark.try_cast('coalesce(reporting_amount, source_amount)', 'decimal(18, 4)') ~ ' as ' ~ text ~ ')',
    ]) }}

),

{{ waymark.stage_events(
    source,
    {
        'event_id': 'row_id',
        'event_at': 'happened_at',
        'anonymous_id': 'visitor_id',
        'native_session_id': 'session_id',
        'page_path': waymark.page_path('pathname'),
        'traffic_source': 'coalesce(utm_source, referrer_source)',
        'device_category': 'lower(screen_size)',
        'country': waymark.clickhouse_code('country_code', 2),
        'city': "nullif(city_id, '0')",
        'identity_scope': "'day'",
        'value': 'coalesce(reporting_amount, source_amount)',
        'currency': 'case when reporting_amount is not null then reporting_currency else source_currency end',
        'source_property': 'site_id',
        'properties': waymark.json_merge(
            waymark.without_nulls(waymark.json_object([
                ['scroll_depth', 'scroll_depth'],
                ['engagement_time_ms', "nullif(engagement_time, '0')"],
                ['acquisition_channel', 'channel'],
                ['referrer_source', 'referrer_source'],
                ['utm_content', 'utm_content'],
                ['utm_term', 'utm_term'],
                ['click_id_param', 'click_id_param'],
                ['source_amount', 'source_amount'],
                ['source_currency', 'source_currency'],
            ])),
            'custom_properties',
        ),
    },
    rows='identified',
    named=told.keys() | list,
) }}
