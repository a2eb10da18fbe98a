{{ config(materialized='refreshed') }}

{%- set campaign_aliases = waymark.seed_relation('campaign_aliases') %}
{%- set plan = waymark.rebuild_plan(
    ['source_loads'], [], [ref('channel_rules'), ref('traffic_source_categories'), campaign_aliases]
) %}

{{ waymark.refresh_header(plan) }}
with

staged_events as (

    select * from {{ ref('staged_events') }}

),

channel_rules as (

    select * from {{ ref('channel_rules') }}

),

traffic_source_categories as (

    select * from {{ ref('traffic_source_categories') }}

),

campaign_aliases as (

    select * from {{ campaign_aliases }}

),

combinations as (

    select distinct
        coalesce(traffic_source, '') as traffic_source,
        coalesce(traffic_medium, '') as traffic_medium,
        coalesce(campaign, '') as campaign
    from staged_events
    where reject_reason is null

    union distinct

    -- a session without any traffic source
    select
        '' as traffic_source,
        '' as traffic_medium,
        '' as campaign

),

{{ waymark.channel_ctes('combinations') }},

-- of all that the channel and the campaign are taken from: `events` is built again when it changes
rules_version as (

    {{ waymark.rows_version(['channel_rules', 'traffic_source_categories', 'campaign_aliases']) }}

),

final as (

    select
        renamed.traffic_source as traffic_source,
        renamed.traffic_medium as traffic_medium,
        renamed.campaign as campaign,
        nullif(renamed.campaign_name, '') as campaign_name,
        coalesce(channel_rules.channel, 'Unassigned') as channel,
        rules_version.rows_version as rules_version
    from renamed
    cross join rules_version
    left join first_rules
        on
            renamed.traffic_source = first_rules.traffic_source
            and renamed.traffic_medium = first_rules.traffic_medium
            and renamed.campaign = first_rules.campaign
    left join channel_rules on first_rules.rule_order = channel_rules.rule_order

)

select
    traffic_source,
    traffic_medium,
    campaign,
    campaign_name,
    channel,
    rules_version
from final
