{%- set text = dbt.type_string() %}
{#- How sessions are tagged that an ad of the system brings. -#}
{%- set tags = {'google_ads': ['google', 'cpc'], 'meta_ads': ['facebook', 'paid_social']} %}
{%- set systems = [] %}
{%- for name in waymark.load_config().sources if name in tags %}
    {%- do systems.append(name) %}
{%- endfor %}

with

channel_rules as (

    select * from {{ ref('channel_rules') }}

),

traffic_source_categories as (

    select * from {{ ref('traffic_source_categories') }}

),

campaign_aliases as (

    select * from {{ waymark.seed_relation('campaign_aliases') }}

),

costs as (

    {% for name in systems -%}
    select
        '{{ tags[name][0] }}' as traffic_source,
        '{{ tags[name][1] }}' as traffic_medium,
        costs.*
    from {{ ref('stg_' ~ name ~ '__costs') }} as costs
    where reject_reason is null
    {{ 'union all' if not loop.last }}

    {% else -%}
    {{ waymark.empty_relation({
        'traffic_source': 'text',
        'traffic_medium': 'text',
        'source_name': 'text',
        'source_property': 'text',
        'cost_date': 'date',
        'account': 'text',
        'campaign_id': 'text',
        'campaign': 'text',
        'campaign_type': 'text',
        'cost': 'decimal(18, 6)',
        'currency': 'text',
        'impressions': 'bigint',
        'clicks': 'bigint',
    }) }}

    {% endfor -%}
),

combinations as (

    select distinct
        traffic_source,
        traffic_medium,
        campaign
    from costs

),

{{ waymark.channel_ctes('combinations') }},

channels as (

    select
        renamed.traffic_source as traffic_source,
        renamed.traffic_medium as traffic_medium,
        renamed.campaign as campaign,
        renamed.campaign_name as campaign_name,
        coalesce(channel_rules.channel, 'Unassigned') as channel
    from renamed
    left join first_rules
        on
            renamed.traffic_source = first_rules.traffic_source
            and renamed.traffic_medium = first_rules.traffic_medium
            and renamed.campaign = first_rules.campaign
    left join channel_rules on first_rules.rule_order = channel_rules.rule_order

),

final as (

    select
        costs.source_name as source_name,
        costs.source_property as source_property,
        costs.cost_date as cost_date,
        costs.account as account,
        costs.campaign_id as campaign_id,
        channels.campaign_name as campaign,
        channels.channel as channel,
        costs.currency as currency,
        max(costs.campaign_type) as campaign_type,
        sum(costs.cost) as cost,
        sum(costs.impressions) as impressions,
        sum(costs.clicks) as clicks
    from costs
    inner join channels
        on
            costs.traffic_source = channels.traffic_source
            and costs.traffic_medium = channels.traffic_medium
            and costs.campaign = channels.campaign
    group by 1, 2, 3, 4, 5, 6, 7, 8

)

select
    source_name,
    source_property,
    cost_date,
    account,
    campaign_id,
    campaign,
    campaign_type,
    channel,
    currency,
    cast(cost as decimal(18, 6)) as cost,
    cast(impressions as {{ dbt.type_bigint() }}) as impressions,
    cast(clicks as {{ dbt.type_bigint() }}) as clicks
from final
