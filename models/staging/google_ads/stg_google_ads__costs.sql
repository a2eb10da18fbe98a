{{ config(**waymark.staging_table_config('google_ads')) }}

{%- set source = waymark.staging_source('google_ads') %}
{#- column: its names in a report, in the API and in warehouses -#}
{%- set names = {
    'cost_date': ['Day', 'Date', 'segments_date', 'segments.date', 'date_day', 'date'],
    'account': ['Customer ID', 'customer_id', 'customer.id', 'account_id', 'Account'],
    'campaign_id': ['Campaign ID', 'campaign_id', 'campaign.id'],
    'campaign': ['Campaign', 'campaign_name', 'campaign.name'],
    'campaign_type': [
        'Campaign type', 'advertising_channel_type', 'campaign_advertising_channel_type',
        'campaign.advertising_channel_type',
    ],
    'currency': [
        'Currency code', 'customer_currency_code', 'customer.currency_code', 'currency_code', 'currency',
    ],
    'impressions': ['Impr.', 'Impressions', 'impressions', 'metrics_impressions', 'metrics.impressions'],
    'clicks': ['Clicks', 'clicks', 'metrics_clicks', 'metrics.clicks'],
    'cost': ['Cost', 'cost', 'spend'],
    'cost_micros': ['cost_micros', 'metrics_cost_micros', 'metrics.cost_micros', 'Cost (micros)'],
} %}
{%- set units = 'cast(' ~ waymark.try_cast(waymark.number_text('told_cost_micros'), 'double') ~ ' / 1000000 as '
    ~ dbt.type_string() ~ ')' %}

with

raw_rows as (

    {{ waymark.raw_rows(source) }}

),

told as (

    {{ waymark.told_rows(source, 'raw_rows', names) }}

),

{{ waymark.stage_costs(
    source,
    cost='coalesce(' ~ units ~ ', told_cost_micros, told_cost)',
    currency='told_currency',
) }}
