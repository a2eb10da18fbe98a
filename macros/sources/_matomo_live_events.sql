{% macro _matomo_live_events(source) -%}
    {#- Columns of a visit, and of an action of it: by key. -#}
    {%- set live_visit_keys = {
        'live_visitor_id': 'visitorId', 'user_id': 'userId', 'site_currency': 'siteCurrency',
        'referrer_url': 'referrerUrl', 'referrer_type': 'referrerType', 'referrer_name': 'referrerName',
        'campaign_name': 'campaignName', 'campaign_source': 'campaignSource',
        'campaign_medium': 'campaignMedium', 'device_type': 'deviceType',
        'operating_system': 'operatingSystemName', 'browser': 'browserName', 'country_code': 'countryCode',
        'region': 'regionCode', 'city': 'city', 'language': 'languageCode',
    } %}
    {%- set live_visit_columns = [
        'input_number', 'input_property', 'source_shard', 'shard_version', 'read_at', 'site_id', 'visit_id',
        'first_action_at', 'last_action_at',
    ] + live_visit_keys.keys() | list + ['visit_properties'] %}
    {%- set live_keys = {
        'kind': 'type', 'page_id': 'pageId', 'goal_page_id': 'goalPageId', 'acted_at': 'timestamp',
        'url': 'url', 'title': 'pageTitle', 'event_category': 'eventCategory',
        'event_action': 'eventAction', 'event_label': 'eventName', 'event_value': 'eventValue',
        'search_keyword': 'siteSearchKeyword', 'search_category': 'siteSearchCategory',
        'search_count': 'siteSearchCount', 'content_name': 'contentName', 'content_piece': 'contentPiece',
        'content_target': 'contentTarget', 'content_interaction': 'contentInteraction',
        'product_sku': 'productViewSku', 'product_name': 'productViewName',
        'product_price': 'productViewPrice', 'generation_time_ms': 'generationTimeMilliseconds',
        'pageview_position': 'pageviewPosition', 'time_spent': 'timeSpent', 'goal_id': 'goalId',
        'goal_name': 'goalName', 'revenue': 'revenue', 'transaction_id': 'orderId',
        'revenue_subtotal': 'revenueSubTotal', 'revenue_tax': 'revenueTax',
        'revenue_shipping': 'revenueShipping', 'revenue_discount': 'revenueDiscount',
        'items_count': 'items', 'item_details': 'itemDetails',
    } %}
    {%- set live_known = live_keys.values() | list + [
        'pageIdAction', 'customVariables', 'serverTimePretty', 'title', 'subtitle', 'icon', 'iconSVG',
        'timeSpentPretty', 'generationTime', 'pageLoadTime',
    ] %}
    {%- set live_properties = {
        'referer_keyword': 'referrerKeyword', 'visitor_count_visits': 'visitCount', 'visitor_type': 'visitorType',
    } %}
    {%- for number in range(1, 21) %}
        {%- do live_properties.update({'dimension' ~ number: 'dimension' ~ number}) %}
    {%- endfor %}
    {%- set property_pairs = [] %}
    {%- for name in live_properties %}{%- do property_pairs.append([name, name]) %}{%- endfor %}
    {%- set live_variables = {'visit': [], 'action': []} %}
    {%- for slot in range(1, 6) %}
        {%- set variable = waymark.json_value('variables', slot | string) %}
        {%- do live_variables.visit.append([
            waymark.json_value(variable, 'customVariableName' ~ slot),
            waymark.json_value(variable, 'customVariableValue' ~ slot),
        ]) %}
        {%- do live_variables.action.append([
            waymark.json_value(variable, 'customVariablePageName' ~ slot),
            waymark.json_value(variable, 'customVariablePageValue' ~ slot),
        ]) %}
    {%- endfor %}
    {%- set row_columns = waymark._matomo_columns().row %}
    {%- set visit_columns = waymark._matomo_columns().visit %}
    {%- set text = dbt.type_string() -%}
    with

    live_visits as (

        {{ waymark.raw_rows(source, 'live_visits') }}

    ),

    -- the actions are most of a visit: without them the rest is read fast
    parted_visits as (

        select
            {{ row_columns | join(', ') }},
            {{ waymark.json_value('raw_row', 'actionDetails') }} as action_details,
            {{ waymark.without_keys('raw_row', ['actionDetails']) }} as visit
        from live_visits

    ),

    told_visits as (

        {{ waymark.with_json_values('parted_visits', 'visit', dict(
            live_visit_keys, told_site_id='idSite', told_visit_id='idVisit',
            first_action_at='firstActionTimestamp', told_last_action_at='lastActionTimestamp',
            server_at='serverTimestamp', custom_variables='customVariables', **live_properties
        ), blanks=[]) }}

    ),

    described_visits as (

        select
            {{ row_columns | join(', ') }},
            case
                when {{ waymark.json_is_object("'{\"actions\":' || action_details || '}'") }}
                    then action_details
            end as action_details,
            {{ waymark.try_cast('told_site_id', 'bigint') }} as site_id,
            {{ waymark.try_cast('told_visit_id', 'bigint') }} as visit_id,
            first_action_at,
            coalesce(told_last_action_at, server_at) as last_action_at,
            {{ live_visit_keys.keys() | join(', ') }},
            {{ waymark.json_merge(
                waymark.without_nulls(waymark.json_object(property_pairs)),
                waymark._matomo_variables(live_variables.visit)
            ) }} as visit_properties
        from (
            select
                *,
                {{ waymark.valid_object('custom_variables') }} as variables
            from told_visits
        ) as visits_with_variables

    ),

    live_actions as (

        {{ waymark.json_elements('described_visits', 'action_details', live_visit_columns) }}

    ),

    live_elements as (

        select
            {{ live_visit_columns | join(', ') }},
            element_number,
            element as raw_row,
            cast(null as {{ text }}) as malformed_line,
            {{ waymark.valid_object('element') }} as action
        from live_actions

        union all

        -- a visit without actions is a row too, and so is a line that cannot be read
        select
            {{ live_visit_columns | join(', ') }},
            0 as element_number,
            raw_row,
            malformed_line,
            cast(null as {{ text }}) as action
        from described_visits
        where coalesce(action_details, '') not like '[%' or replace(action_details, ' ', '') = '[]'

    ),

    told_elements as (

        {{ waymark.with_json_values(
            'live_elements', 'action', dict(live_keys, custom_variables='customVariables'), blanks=[]
        ) }}

    ),

    read_elements as (

        select
            *,
            {{ waymark.valid_object('custom_variables') }} as variables
        from told_elements

    )

    select
        {{ row_columns | join(', ') }},
        site_id,
        visit_id,
        case
            when kind = 'ecommerceOrder'
                then 'order ' || coalesce(cast(site_id as {{ text }}), '') || ' ' || transaction_id
            when kind = 'ecommerceAbandonedCart' then 'cart ' || cast(visit_id as {{ text }})
            when kind = 'goal'
                then 'goal ' || cast(visit_id as {{ text }}) || ' ' || coalesce(goal_id, '') || ' of '
                    || coalesce(goal_page_id, '') || ' at ' || coalesce(acted_at, '')
            when page_id is not null then 'action ' || page_id
            when element_number > 0
                then 'action ' || cast(element_number as {{ text }}) || ' of '
                    || cast(visit_id as {{ text }}) || ' at ' || coalesce(acted_at, '')
        end as event_id,
        case
            when malformed_line is not null then null
            when element_number = 0 then 'visit'
            when kind = 'action' then 'pageview'
            when kind = '13' then 'content'
            else kind
        end as event_name,
        case when element_number = 0 then first_action_at else acted_at end as event_at,
        cast(element_number as {{ text }}) as source_sequence,
        {{ waymark.hex_id('live_visitor_id') }} as visitor_id,
        user_id,
        case when kind not in ('outlink', 'download') then url end as page_url,
        case when kind = 'action' then title end as page_title,
        referrer_url,
        {{ visit_columns | join(',\n        ') }},
        revenue as value,
        case
            when kind in ('goal', 'ecommerceOrder', 'ecommerceAbandonedCart') then site_currency
        end as currency,
        transaction_id,
        last_action_at,
        {{ waymark.json_merge("coalesce(visit_properties, '{}')", waymark.json_merge(
            waymark._matomo_other_columns("coalesce(action, '{}')", live_known),
            waymark._matomo_variables(live_variables.action)
        )) }} as given_properties,
        {%- set items = namespace(sql='item_details') %}
        {%- for theirs, ours in [
            ('itemSKU', 'item_id'), ('itemName', 'item_name'), ('itemCategory', 'item_category'),
        ] %}
            {%- set items.sql = waymark.regex_replace(
                items.sql, '([{,]) *"' ~ theirs ~ '" *:', '\\1"' ~ ours ~ '":'
            ) %}
        {%- endfor %}
        case when item_details like '[%' then {{ items.sql }} end as items,
        event_category,
        event_action,
        event_label,
        event_value,
        search_keyword,
        search_category,
        search_count,
        case when kind in ('outlink', 'download') then url end as link_url,
        content_name,
        content_piece,
        content_target,
        content_interaction,
        product_sku,
        product_name,
        product_price,
        generation_time_ms,
        pageview_position,
        time_spent,
        goal_id,
        goal_name,
        revenue_subtotal,
        revenue_tax,
        revenue_shipping,
        revenue_discount,
        items_count
    from read_elements
{%- endmacro %}
