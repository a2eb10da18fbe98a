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
{%- set own_properties = [] %}
{%- for name, column in described_by.items() %}
    {%- do own_properties.append([name, waymark.clickhouse_value(column)]) %}
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

    {{ waymark.raw_rows(source, 'profile_aliases') }}

),

raw_sessions as (

    {{ waymark.raw_rows(source, 'sessions') }}

),

identifications as (

    select
        {{ waymark.clickhouse_value('pid') }} as project_id,
        {{ waymark.clickhouse_value('anonProfileId') }} as anonymous_profile,
        {{ waymark.clickhouse_value('userProfileId') }} as user_profile,
        {{ waymark.parse_timestamp(waymark.clickhouse_value('created')) }} as identified_at
    from raw_aliases
    where malformed_line is null

),

-- the first identification wins, as in Swetrix itself
aliases as (

    select
        project_id,
        anonymous_profile,
        {{ waymark.min_by('user_profile', ['identified_at', 'user_profile']) }} as user_profile
    from identifications
    where
        anonymous_profile is not null
        and user_profile is not null
    group by project_id, anonymous_profile

),

session_rows as (

    select
        {{ waymark.clickhouse_value('pid') }} as project_id,
        {{ waymark.clickhouse_value('sid') }} as session_id,
        {{ waymark.clickhouse_value('psid') }} as day_id,
        {{ waymark.clickhouse_value('profileId') }} as profile_id
    from raw_sessions
    where malformed_line is null

),

sessions as (

    select
        project_id,
        session_id,
        max(day_id) as day_id,
        max(profile_id) as profile_id
    from session_rows
    group by project_id, session_id

),

described as (

    select
        *,
        case table_name
            when 'analytics' then 'pageview'
            when 'customEV' then 'custom_event'
            when 'revenue' then 'payment'
            when 'experiment_exposures' then 'experiment_exposure'
            else {{ waymark.clickhouse_value('type') }}
        end as row_type,
        {{ waymark.clickhouse_value('type') }} as type_given,
        coalesce(
            {{ waymark.clickhouse_value('event_name') }}, {{ waymark.clickhouse_value('ev') }}
        ) as custom_name,
        {{ waymark.clickhouse_value('pid') }} as project_id,
        {{ waymark.clickhouse_value('created') }} as happened_at,
        {{ waymark.clickhouse_value('psid') }} as day_id_given,
        coalesce(
            {{ waymark.clickhouse_value('sid') }}, {{ waymark.clickhouse_value('session_id') }}
        ) as session_given,
        coalesce(
            {{ waymark.clickhouse_value('profileId') }},
            {{ waymark.clickhouse_value('profile_id') }}
        ) as profile_given,
        {{ waymark.clickhouse_value('host') }} as host,
        {{ waymark.clickhouse_value('pg') }} as page,
        {{ waymark.clickhouse_value('ref') }} as referrer,
        {{ waymark.clickhouse_value('transaction_id') }} as transaction_id,
        {{ waymark.clickhouse_value('amount') }} as amount,
        {{ waymark.parse_timestamp(waymark.clickhouse_value('synced_at')) }} as synced_at,
        {{ waymark.clickhouse_value('metadata') }} as payment_metadata,
        {{ waymark.without_nulls(waymark.json_object(own_properties)) }} as own_properties,
        {{ waymark.json_value('raw_row', 'meta.key') }} as property_names,
        {{ waymark.json_value('raw_row', 'meta.value') }} as property_values
    from all_rows

),

-- ClickHouse keeps what a payment was until it merges: the last one counts
last_syncs as (

    select
        project_id,
        transaction_id,
        max(synced_at) as synced_at
    from described
    where table_name = 'revenue'
    group by project_id, transaction_id

),

-- a payment names its session, or the day id that was its name before August 2026
with_profile as (

    select
        described.*,
        coalesce(described.profile_given, sessions.profile_id) as profile_id,
        coalesce(
            described.day_id_given,
            sessions.day_id,
            case when described.table_name = 'revenue' then described.session_given end
        ) as day_id,
        {{ waymark.json_from_lists(
            waymark.clickhouse_list('described.property_names'),
            waymark.clickhouse_list('described.property_values'),
        ) }} as custom_properties,
        case
            when described.synced_at < last_syncs.synced_at then 'yes'
        end as is_superseded
    from described
    left join sessions
        on
            described.table_name = 'revenue'
            and described.project_id = sessions.project_id
            and described.session_given = sessions.session_id
    left join last_syncs
        on
            described.table_name = 'revenue'
            and described.project_id = last_syncs.project_id
            and described.transaction_id = last_syncs.transaction_id

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
            with_profile.project_id = aliases.project_id
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
        'anonymous_id': 'anonymous_id',
        'user_id': 'user_id',
        'native_session_id': 'coalesce(session_given, day_id_given)',
        'page_path': waymark.page_path('page'),
        'hostname': 'host',
        'referrer_url': 'referrer',
        'traffic_source': 'coalesce(' ~ waymark.clickhouse_value('so') ~ ', '
            ~ waymark.referrer_host('referrer', "'https://' || host") ~ ')',
        'traffic_medium': waymark.clickhouse_value('me'),
        'campaign': waymark.clickhouse_value('ca'),
        'device_category': waymark.clickhouse_value('dv'),
        'operating_system': waymark.clickhouse_value('os'),
        'browser': waymark.clickhouse_value('br'),
        'country': waymark.clickhouse_code('cc', 2),
        'region': waymark.clickhouse_value('rg'),
        'city': waymark.clickhouse_value('ct'),
        'language': waymark.clickhouse_value('lc'),
        'identity_scope': "case when profile_id is not null then 'person' else 'day' end",
        'value': "case when type_given = 'refund' and amount not like '-%' then '-' || amount else amount end",
        'currency': waymark.clickhouse_code('currency', 3),
        'transaction_id': 'transaction_id',
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
    reject_reasons={'superseded by a later version': 'superseded is not null'},
) }}
