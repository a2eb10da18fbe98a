{% macro channel_ctes(combinations) -%}
{#- The same for sessions and for what was paid for them. Reads the CTEs `channel_rules`,
    `traffic_source_categories` and `campaign_aliases`. -#}
renamed as (

    select
        {{ combinations }}.traffic_source,
        {{ combinations }}.traffic_medium,
        {{ combinations }}.campaign,
        coalesce(campaign_aliases.campaign, {{ combinations }}.campaign) as campaign_name,
        lower(trim({{ combinations }}.traffic_source)) as source_text,
        lower(trim({{ combinations }}.traffic_medium)) as medium_text,
        lower(trim(coalesce(campaign_aliases.campaign, {{ combinations }}.campaign))) as campaign_text
    from {{ combinations }}
    left join campaign_aliases on {{ combinations }}.campaign = campaign_aliases.alias

),

categorised as (

    select
        renamed.*,
        coalesce(traffic_source_categories.category, '') as source_category
    from renamed
    left join traffic_source_categories on renamed.source_text = traffic_source_categories.source

),

first_rules as (

    select
        categorised.traffic_source,
        categorised.traffic_medium,
        categorised.campaign,
        min(channel_rules.rule_order) as rule_order
    from categorised
    inner join channel_rules
        on
            {{ waymark.regex_full_match(
                'categorised.source_text', "coalesce(channel_rules.source_pattern, '.*')"
            ) }}
            and {{ waymark.regex_full_match(
                'categorised.medium_text', "coalesce(channel_rules.medium_pattern, '.*')"
            ) }}
            and {{ waymark.regex_full_match(
                'categorised.campaign_text', "coalesce(channel_rules.campaign_pattern, '.*')"
            ) }}
            and categorised.source_category
            = coalesce(channel_rules.source_category, categorised.source_category)
    group by categorised.traffic_source, categorised.traffic_medium, categorised.campaign

)
{%- endmacro %}
