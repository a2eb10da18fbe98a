{{ config(**waymark.staging_config('matomo')) }}

{%- set source = waymark.staging_source('matomo') %}
{%- set text = dbt.type_string() %}
{%- set names = waymark._matomo_columns() %}
{%- set named = names.action + names.product + names.conversion + names.attribution %}
{%- set money = ['value', 'currency', 'transaction_id', 'items'] %}
{%- set told = {
    'action_events': ['page_title'] + names.action + names.product,
    'conversion_events': money + names.conversion + names.attribution,
    'live_events': ['page_title'] + names.action + money + names.conversion,
} %}
{%- set named_pairs = [['idsite', 'cast(site_id as ' ~ text ~ ')']] %}
{%- for name in named %}
    {%- do named_pairs.append([name, 'nullif(' ~ name ~ ", '')"]) %}
{%- endfor %}
{%- set columns = {
    'event_id': "coalesce(input_property || ' ', '') || event_id",
    'native_session_id': 'cast(visit_id as ' ~ text ~ ')',
    'anonymous_id': 'visitor_id',
    'operating_system': "nullif(operating_system, 'UNK')",
    'browser': "nullif(browser, 'UNK')",
    'country': "nullif(upper(country_code), 'XX')",
    'source_property': 'cast(site_id as ' ~ text ~ ')',
} %}
{%- for column in [
    'event_name', 'event_at', 'source_sequence', 'user_id', 'page_url', 'page_title',
    'referrer_url', 'traffic_source', 'traffic_medium', 'campaign', 'device_category', 'region',
    'city', 'language', 'value', 'currency', 'transaction_id', 'properties',
] %}
    {%- do columns.update({column: column}) %}
{%- endfor %}
{%- set reject_reasons = {'visit without actions': "event_name = 'visit'"} %}
{#- A visit grows while it lasts: of a table, the days are read again on which one has ended. A
    loader may have brought the visit before its last actions. -#}
{%- if not source.reads_files %}
    {%- do columns.update({
        'loaded_at': 'case when event_at > last_action_at then event_at else last_action_at end'
    }) %}
    {%- do reject_reasons.update({
        'in the future': waymark.seconds_between('read_at', 'event_at')
            ~ ' > ' ~ source.future_tolerance_seconds
    }) %}
{%- endif %}

with

action_events as (

    {{ waymark._matomo_action_events(source) }}

),

conversion_events as (

    {{ waymark._matomo_conversion_events(source) }}

),

live_events as (

    {{ waymark._matomo_live_events(source) }}

),

all_events as (

    {% for rows, told_columns in told.items() -%}
    select
        {{ (names.row + names.event + names.visit) | join(',\n        ') }}
        {%- for column in ['page_title'] + money + named %},
        {{ column if column in told_columns else 'cast(null as ' ~ text ~ ') as ' ~ column }}
        {%- endfor %}
    from {{ rows }}
    {{ 'union all' if not loop.last }}

    {% endfor -%}

),

described as (

    select
        *,
        case referrer_type
            when 'direct' then '(direct)'
            -- perhaps there is no more to go by than its name
            when 'campaign' then coalesce(nullif(campaign_source, ''), '(not set)')
            else coalesce(nullif(referrer_name, ''), {{ waymark.url_host('referrer_url') }})
        end as traffic_source,
        case referrer_type
            when 'direct' then '(none)'
            when 'search' then 'organic'
            when 'website' then 'referral'
            when 'campaign' then coalesce(nullif(campaign_medium, ''), 'campaign')
            else referrer_type
        end as traffic_medium,
        case
            when referrer_type = 'campaign'
                then coalesce(nullif(campaign_name, ''), referrer_name)
        end as campaign,
        case
            when lower(device_type) in ('smartphone', 'phablet', 'feature phone') then 'mobile'
            else lower(device_type)
        end as device_category,
        {{ waymark.json_merge(
            'given_properties', waymark.without_nulls(waymark.json_object(named_pairs))
        ) }} as named_properties
    from all_events

),

final_events as (

    select
        *,
        case
            when items is null then named_properties
            else {{ waymark.json_merge('named_properties', "'{\"items\":' || items || '}'") }}
        end as properties
    from described

),

{{ waymark.stage_events(source, columns, rows='final_events', reject_reasons=reject_reasons) }}
