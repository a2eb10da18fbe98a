{{ config(**waymark.staging_table_config('meta_ads')) }}

{%- set source = waymark.staging_source('meta_ads') %}
{#- column: its names in a report, in the API and in warehouses -#}
{%- set names = {
    'cost_date': ['Day', 'date_start', 'date_day', 'date', 'Reporting starts'],
    'account': ['account_id', 'Account ID', 'account_name', 'Account name'],
    'campaign_id': ['campaign_id', 'Campaign ID'],
    'campaign': ['campaign_name', 'Campaign name', 'campaign'],
    'campaign_type': ['objective', 'Objective'],
    'impressions': ['impressions', 'Impressions'],
    'clicks': ['clicks', 'Clicks (all)', 'inline_link_clicks', 'Link clicks'],
    'last_day': ['date_stop', 'Reporting ends'],
    'cost': ['spend', 'Amount spent', 'cost'],
    'currency': ['account_currency', 'Currency', 'currency'],
} %}
{#- A report has the currency in the name of the column. -#}
{%- set spent = '"Amount spent [(]([A-Z]{3})[)]": ?"?([^"}]*)"?(,"|})' %}
{%- set of_report = "case when " ~ waymark.regex_matches('raw_row', spent) ~ " then nullif(TOLD, 'null') end" %}

with

raw_rows as (

    {{ waymark.raw_rows(source) }}

),

told as (

    {{ waymark.told_rows(source, 'raw_rows', names) }}

),

{{ waymark.stage_costs(
    source,
    cost='coalesce(told_cost, '
        ~ of_report.replace('TOLD', waymark.regex_replace('raw_row', '^.*' ~ spent ~ '.*$', '\\2')) ~ ')',
    currency='coalesce(told_currency, '
        ~ of_report.replace('TOLD', waymark.regex_replace('raw_row', '^.*' ~ spent ~ '.*$', '\\1')) ~ ')',
    is_total='campaign is null and told_last_day <> cost_date_text',
    reject_reasons={'more than one day': 'told_last_day <> cost_date_text'},
    carried=['told_last_day'],
) }}
