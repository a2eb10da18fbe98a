{{ config(**waymark.staging_config('swetrix')) }}

{%- set source = waymark.staging_source('swetrix') %}
{%- set text = dbt.type_string() %}
{%- set facts = ['events', 'analytics', 'customEV', 'revenue', 'experiment_exposures'] %}
{#- Of errors, performance, payments and places: `property: column`. #}
{%- set described_by = {
    'utm_content': 'co', 'utm_term': 'te', 'isp': 'isp', 'organization': 'og', 'user_type': 'ut',
    'connection_type': 'ctp', 'error_id': 'eid', 'error_name': 'error_name', 'error_message': 'error_message',
    'error_filename': 'error_filename', 'error_line': 'lineno', 'error_column': 'colno', 'stack_trace': 'stackTrace',
    'dns_ms': 'dns', 'tls_ms': 'tls', 'connection_ms': 'conn', 'response_ms': 'response', 'render_ms': 'render',
    'dom_load_ms': 'domLoad', 'page_load_ms': 'pageLoad', 'ttfb_ms': 'ttfb', 'provider': 'provider',
    'status': 'status', 'product_id': 'product_id', 'product_name': 'product_name',
    'original_amount': 'original_amount', 'original_currency': 'original_currency',
    'experiment_id': 'experimentId', 'variant': 'variantKey',
} %}
{#- Our names of columns, and theirs. -#}
{%- set told = {
    'type_given': 'type', 'event_name': 'event_name', 'ev': 'ev', 'project_id': 'pid', 'happened_at': 'created',
    'day_id_given': 'psid', 'sid': 'sid', 'session_id': 'session_id', 'told_profile': 'profileId',
    'payment_profile': 'profile_id', 'host': 'host', 'page': 'pg', 'referrer': 'ref',
    'transaction_id': 'transaction_id', 'amount': 'amount', 'told_synced_at': 'synced_at',
    'payment_metadata': 'metadata', 'property_names': 'meta.key', 'property_values': 'meta.value',
    'told_source': 'so', 'traffic_medium': 'me', 'campaign': 'ca', 'device_category': 'dv',
    'operating_system': 'os', 'browser': 'br', 'country_code': 'cc', 'region': 'rg', 'city': 'ct',
    'language': 'lc', 'currency_code': 'currency',
} %}
{%- set own_properties = [] %}
{%- for name, column in described_by.items() %}
    {%- do told.update({'own_' ~ name: column}) %}
    {%- do own_properties.append([name, 'own_' ~ name]) %}
{%- endfor %}

with

all_rows as (

    {% for table in facts -%}
    select
        raw_rows.*,
        '{{ table }}' as table_name
    from ({{ waymark.raw_rows(source, table) }}) as raw_rows
    {{ 'union all' if not loop.last }}

    {% endfor %}
),

raw_aliases as (

    {{ waymark.clickhouse_rows(source, 'profile_aliases', {
        'project_id': 'pid', 'anonymous_profile': 'anonProfileId', 'user_profile': 'userProfileId',
        'created': 'created',
    }) }}

),

session_rows as (

    {{ waymark.clickhouse_rows(source, 'sessions', {
        'project_id': 'pid', 'session_id': 'sid', 'day_id': 'psid', 'profile_id': 'profileId',
    }) }}

),

identifications as (

    select
        project_id,
        anonymous_profile,
        user_profile,
        {{ waymark.parse_timestamp('created') }} as identified_at
    from raw_aliases
    where malformed_line is null

),

-- the first identification wins, as in Swetrix itself
aliases as (

    select
        project_id as alias_project,
        anonymous_profile,
        {{ waymark.min_by('user_profile', ['identified_at', 'user_profile']) }} as user_profile
    from identifications
    where
        anonymous_profile is not null
        and user_profile is not null
    group by project_id, anonymous_profile

),

sessions as (

    select
        project_id as session_project,
        session_id as known_session,
        max(day_id) as session_day,
        max(profile_id) as session_profile
    from session_rows
    where malformed_line is null
    group by project_id, session_id

),

with_told as (

    {{ waymark.with_json_values('all_rows', 'raw_row', told, blanks=['', '\\N']) }}

),

described as (

    select
        *,
        case table_name
            when 'analytics' then 'pageview'
            when 'customEV' then 'custom_event'
            when 'revenue' then 'payment'
            when 'experiment_exposures' then 'experiment_exposure'
            else type_given
        end as row_type,
        coalesce(event_name, ev) as custom_name,
        coalesce(sid, session_id) as session_given,
        coalesce(told_profile, payment_profile) as profile_given,
        {{ waymark.parse_timestamp('told_synced_at') }} as synced_at,
        {{ waymark.without_nulls(waymark.json_object(own_properties)) }} as own_properties
    from with_told

),

-- ClickHouse keeps what a payment was until it merges: the last one counts
last_syncs as (

    select
        project_id as sync_project,
        transaction_id as synced_transaction,
        max(synced_at) as last_synced_at
    from described
    where table_name = 'revenue'
    group by project_id, transaction_id

),

-- a payment names its session, or the day id that was its name before August 2026
with_profile as (

    select
        described.*,
        coalesce(described.profile_given, sessions.session_profile) as profile_id,
        coalesce(
            described.day_id_given,
            sessions.session_day,
            case when described.table_name = 'revenue' then described.session_given end
        ) as day_id,
        {{ waymark.json_from_lists(
            waymark.clickhouse_list('described.property_names'),
            waymark.clickhouse_list('described.property_values'),
        ) }} as custom_properties,
        case
            when described.synced_at < last_syncs.last_synced_at then 'yes'
        end as is_superseded
    from described
    left join sessions
        on
            described.table_name = 'revenue'
            and described.project_id = sessions.session_project
            and described.session_given = sessions.known_session
    left join last_syncs
        on
            described.table_name = 'revenue'
            and described.project_id = last_syncs.sync_project
            and described.transaction_id = last_syncs.synced_transaction

),

identified as (

    select
        with_profile.*,
        case
            when left(with_profile.profile_id, 4) = 'usr_' then null
            else coalesce(with_profile.profile_id, with_profile.day_id)
        end as anonymous_id,
        case
            when left(with_profile.profile_id, 4) = 'usr_' then with_profile.profile_id
            else aliases.user_profile
        end as user_id
    from with_profile
    left join aliases
        on
            with_profile.project_id = aliases.alias_project
            and with_profile.profile_id = aliases.anonymous_profile

),

-- what a row of the old tables says is what it says since they were moved into `events`
with_ids as (

    {{ waymark.with_row_ids('identified', [
        'input_property', 'project_id', 'row_type', 'custom_name',
        'cast(' ~ waymark.epoch_us(waymark.parse_timestamp('happened_at')) ~ ' as ' ~ text ~ ')',
        'profile_given', 'day_id_given', 'host', 'page', 'referrer', 'own_properties', 'custom_properties',
    ]) }}

),

{{ waymark.stage_events(
    source,
    {
        'event_id': "case when table_name = 'revenue' and transaction_id is not null"
            ~ " then coalesce(project_id, '') || '|' || transaction_id else row_id end",
        'event_name': "case row_type when 'custom_event' then custom_name when 'payment' then type_given"
            ~ ' else row_type end',
        'event_at': 'happened_at',
        'native_session_id': 'coalesce(session_given, day_id_given)',
        'page_path': waymark.page_path('page'),
        'hostname': 'host',
        'referrer_url': 'referrer',
        'traffic_source': 'coalesce(told_source, ' ~ waymark.referrer_host('referrer', "'https://' || host") ~ ')',
        'country': waymark.clickhouse_code('country_code', 2),
        'identity_scope': "case when profile_id is not null then 'person' else 'day' end",
        'value': "case when type_given = 'refund' and amount not like '-%' then '-' || amount else amount end",
        'currency': waymark.clickhouse_code('currency_code', 3),
        'source_property': 'project_id',
        'properties': waymark.json_merge(
            waymark.json_merge(
                'own_properties', 'coalesce(' ~ waymark.valid_object('payment_metadata') ~ ", '{}')"
            ),
            'custom_properties',
        ),
        'superseded': 'is_superseded',
    },
    rows='with_ids',
    named=['anonymous_id', 'user_id'] + told.keys() | list,
    reject_reasons={'superseded by a later version': 'superseded is not null'},
) }}
