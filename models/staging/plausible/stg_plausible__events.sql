{{ config(**waymark.staging_config('plausible')) }}

{%- set source = waymark.staging_source('plausible') %}
{%- set text = dbt.type_string() %}

with

raw_rows as (

    {{ waymark.raw_rows(source, 'events_v2') }}

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
        {{ waymark.clickhouse_value('name') }} as event_name,
        {{ waymark.clickhouse_value('site_id') }} as site_id,
        {{ waymark.clickhouse_value('timestamp') }} as happened_at,
        nullif({{ waymark.clickhouse_value('user_id') }}, '0') as visitor_id,
        nullif({{ waymark.clickhouse_value('session_id') }}, '0') as session_id,
        {{ waymark.clickhouse_value('hostname') }} as hostname,
        {{ waymark.clickhouse_value('pathname') }} as pathname,
        {{ waymark.clickhouse_value('utm_source') }} as utm_source,
        {{ waymark.clickhouse_value('referrer_source') }} as referrer_source,
        {{ waymark.clickhouse_value('acquisition_channel') }} as acquisition_channel,
        {{ waymark.clickhouse_value('engagement_time') }} as engagement_time,
        nullif({{ waymark.clickhouse_value('scroll_depth') }}, '255') as scroll_depth,
        {{ waymark.clickhouse_value('revenue_reporting_amount') }} as reporting_amount,
        {{ waymark.clickhouse_code('revenue_reporting_currency', 3) }} as reporting_currency,
        {{ waymark.clickhouse_value('revenue_source_amount') }} as source_amount,
        {{ waymark.clickhouse_code('revenue_source_currency', 3) }} as source_currency,
        {{ waymark.json_value('raw_row', 'meta.key') }} as property_names,
        {{ waymark.json_value('raw_row', 'meta.value') }} as property_values
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
        'event_name': 'event_name',
        'event_at': 'happened_at',
        'anonymous_id': 'visitor_id',
        'native_session_id': 'session_id',
        'page_path': waymark.page_path('pathname'),
        'hostname': 'hostname',
        'referrer_url': waymark.clickhouse_value('referrer'),
        'traffic_source': 'coalesce(utm_source, referrer_source)',
        'traffic_medium': waymark.clickhouse_value('utm_medium'),
        'campaign': waymark.clickhouse_value('utm_campaign'),
        'device_category': 'lower(' ~ waymark.clickhouse_value('screen_size') ~ ')',
        'operating_system': waymark.clickhouse_value('operating_system'),
        'browser': waymark.clickhouse_value('browser'),
        'country': waymark.clickhouse_code('country_code', 2),
        'region': waymark.clickhouse_value('subdivision1_code'),
        'city': 'nullif(' ~ waymark.clickhouse_value('city_geoname_id') ~ ", '0')",
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
                ['utm_content', waymark.clickhouse_value('utm_content')],
                ['utm_term', waymark.clickhouse_value('utm_term')],
                ['click_id_param', waymark.clickhouse_value('click_id_param')],
                ['source_amount', 'source_amount'],
                ['source_currency', 'source_currency'],
            ])),
            'custom_properties',
        ),
    },
    rows='identified',
) }}
