{% macro stage_costs(source, cost, currency, is_total='false', reject_reasons={}, carried=[]) -%}
    {#- What both ad systems have in common. Rows of one campaign and day in one file are parts of it (devices,
        networks) and add up; those of an older file are the same day told before. -#}
    {%- set campaign_key = "coalesce(campaign_id, campaign)" -%}
{{ waymark.stage_facts(
    source,
    {
        'cost_id': dbt.hash('raw_row'),
        'cost_date': 'told_cost_date',
        'account': 'told_account',
        'campaign_id': 'told_campaign_id',
        'campaign': 'told_campaign',
        'campaign_type': 'told_campaign_type',
        'cost': 'nullif(' ~ cost ~ ", '--')",
        'currency': 'upper(' ~ currency ~ ')',
        'impressions': "nullif(told_impressions, '--')",
        'clicks': "nullif(told_clicks, '--')",
    },
    rows='told',
    fact_id="campaign || ' on ' || cost_date_text",
    types={'cost_date': 'date', 'cost': 'decimal(18, 6)', 'impressions': 'bigint', 'clicks': 'bigint'},
    required=['cost_date', 'campaign', 'cost'],
    reject_reasons=dict({
        'a total': waymark.regex_matches('raw_row', '": ?"Total: ')
            ~ ' or (cost_date_text is null and campaign is null) or (' ~ is_total ~ ')',
    }, **reject_reasons),
    is_duplicate='dense_rank() over (partition by input_property, cost_date, account, ' ~ campaign_key
        ~ ' order by read_at desc, source_shard desc) > 1'
        ~ ' or row_number() over (partition by input_property, source_shard, raw_row order by raw_row) > 1',
    carried=carried,
) }}
{%- endmacro %}
