{% macro _matomo_conversion_events(source) -%}
    {#- Names that an item refers to: what, its column, and what type of name it is. -#}
    {%- set item_lookups = [
        ['item_id', 'idaction_sku', 5],
        ['item_name', 'idaction_name', 6],
        ['item_category', 'idaction_category', 7],
        ['item_category2', 'idaction_category2', 7],
        ['item_category3', 'idaction_category3', 7],
        ['item_category4', 'idaction_category4', 7],
        ['item_category5', 'idaction_category5', 7],
    ] %}
    {%- set plain_columns = [
        'url', 'items', 'revenue', 'revenue_subtotal', 'revenue_tax', 'revenue_shipping',
        'revenue_discount', 'referer_name', 'referer_keyword',
    ] %}
    {%- set columns = plain_columns + [
        'idvisit', 'idsite', 'idvisitor', 'server_time', 'idaction_url', 'idlink_va', 'idgoal', 'buster',
        'idorder', 'referer_type',
    ] %}
    {%- set item_columns = ['idvisit', 'idorder', 'price', 'quantity', 'deleted', 'server_time'] %}
    {%- for what, column, type in item_lookups %}{%- do item_columns.append(column) %}{%- endfor %}
    {%- set conversion_known = columns + [
        'visitor_returning', 'visitor_seconds_since_first', 'visitor_seconds_since_order',
        'visitor_count_visits', 'config_browser_name', 'config_client_type', 'config_device_brand',
        'config_device_model', 'config_device_type', 'location_city', 'location_country',
        'location_latitude', 'location_longitude', 'location_region', 'campaign_name', 'campaign_source',
        'campaign_medium',
    ] %}
    {%- for slot in range(1, 6) %}
        {%- do conversion_known.extend(['custom_var_k' ~ slot, 'custom_var_v' ~ slot]) %}
    {%- endfor -%}
    {%- set row_columns = waymark._matomo_columns().row %}
    {%- set visit_columns = waymark._matomo_columns().visit %}
    {%- set text = dbt.type_string() -%}
    with

    log_conversion as (

        {{ waymark._matomo_rows(source, 'log_conversion', columns) }}

    ),

    log_conversion_item as (

        {{ waymark._matomo_rows(source, 'log_conversion_item', item_columns) }}

    ),

    site as (

        {{ waymark._matomo_rows(source, 'site', ['idsite', 'currency']) }}

    ),

    visits as (

        select * from {{ ref('stg_matomo__visits') }}

    ),

    goals as (

        select * from {{ ref('stg_matomo__goals') }}

    ),

    action_names as (

        select * from {{ ref('stg_matomo__action_names') }}

    ),

    sites as (

        select
            installation,
            {{ waymark._matomo_id('idsite') }} as site_id,
            min(currency) as currency
        from site
        group by 1, 2

    ),

    items as (

        select
            installation,
            {{ waymark._matomo_id('idvisit') }} as visit_id,
            coalesce(idorder, '0') as order_id,
            {%- for what, column, type in item_lookups %}
            {{ waymark._matomo_id(column) }} as {{ what }}_id,
            {%- endfor %}
            price,
            quantity,
            deleted,
            server_time as changed_at,
            raw_row
        from log_conversion_item

    ),

    -- a cart changes in place, and dumps that overlap hold an item twice
    latest_items as (

        select *
        from (
            select
                *,
                row_number() over (
                    partition by installation, visit_id, order_id, item_id_id
                    order by changed_at desc, raw_row
                ) as version_number
            from items
        ) as versions
        where
            version_number = 1
            and coalesce(deleted, '0') not in ('1', 'true')

    ),

    written_items as (

        select
            latest_items.installation,
            latest_items.visit_id,
            latest_items.order_id,
            latest_items.item_id_id,
            {%- set pairs = [] %}
            {%- for what, column, type in item_lookups %}
                {%- do pairs.append([what, what ~ '.action_name']) %}
            {%- endfor %}
            {{ waymark.json_merge("'{}'", waymark.json_object(
                pairs + [['price', 'latest_items.price'], ['quantity', 'latest_items.quantity']]
            )) }} as item
        from latest_items
        {%- for what, column, type in item_lookups %}
        left join action_names as {{ what }}
            on
                latest_items.{{ what }}_id = {{ what }}.action_id
                and latest_items.installation = {{ what }}.installation
                and {{ what }}.action_type = {{ type }}
        {%- endfor %}

    ),

    items_of_orders as (

        select
            installation,
            visit_id,
            order_id,
            '[' || {{ dbt.listagg('item', "','", 'order by item_id_id') }} || ']' as items
        from written_items
        group by installation, visit_id, order_id

    ),

    conversions as (

        select
            {{ row_columns | join(', ') }},
            installation,
            {{ waymark._matomo_id('idvisit') }} as visit_id,
            {{ waymark._matomo_id('idsite') }} as site_id,
            {{ waymark.try_cast('idgoal', 'bigint') }} as goal_id,
            coalesce(buster, '0') as buster,
            idorder as order_id,
            {{ waymark._matomo_id('idlink_va') }} as action_id,
            {{ waymark._matomo_id('idaction_url') }} as url_id,
            idvisitor as visitor_id,
            server_time as event_at,
            {{ plain_columns | join(', ') }},
            {{ waymark._matomo_referrer_type() }} as referrer_type,
            {{ waymark.regex_replace(
                waymark._matomo_other_columns('row_values', conversion_known),
                '([{,] *)"(custom_dimension_[0-9]+)":', '\\1"visit_\\2":'
            ) }} as other_columns
        from log_conversion

    )

    select
        {% for column in row_columns -%}
        conversions.{{ column }},
        {% endfor -%}
        coalesce(conversions.site_id, visits.site_id) as site_id,
        conversions.visit_id,
        case
            when conversions.goal_id = 0 and conversions.order_id is not null
                then 'order '
                    || coalesce(cast(coalesce(conversions.site_id, visits.site_id) as {{ text }}), '')
                    || ' ' || conversions.order_id
            when conversions.goal_id = -1
                then 'cart ' || cast(conversions.visit_id as {{ text }})
            else 'goal ' || cast(conversions.visit_id as {{ text }}) || ' '
                || cast(conversions.goal_id as {{ text }}) || ' ' || conversions.buster
        end as event_id,
        case
            when conversions.goal_id = 0 then 'ecommerceOrder'
            when conversions.goal_id = -1 then 'ecommerceAbandonedCart'
            when conversions.goal_id > 0 then 'goal'
        end as event_name,
        conversions.event_at,
        -- after the action that it came with, and without one after all of its second
        coalesce(
            lpad(cast(conversions.action_id as {{ text }}), 20, '0') || ' goal', '99999999999999999999'
        ) as source_sequence,
        coalesce(visits.visitor_id, {{ waymark.hex_id('conversions.visitor_id') }}) as visitor_id,
        visits.user_id,
        coalesce(conversions.url, page.action_name) as page_url,
        visits.referrer_url,
        {%- for column in visit_columns %}
        visits.{{ column }},
        {%- endfor %}
        conversions.revenue as value,
        sites.currency,
        case when conversions.goal_id = 0 then conversions.order_id end as transaction_id,
        visits.last_action_at,
        {{ waymark.json_merge("coalesce(visits.properties, '{}')", 'conversions.other_columns') }}
            as given_properties,
        items_of_orders.items,
        case when conversions.goal_id > 0 then cast(conversions.goal_id as {{ text }}) end as goal_id,
        goals.goal_name,
        conversions.revenue_subtotal,
        conversions.revenue_tax,
        conversions.revenue_shipping,
        conversions.revenue_discount,
        conversions.items as items_count,
        conversions.referrer_type as attributed_referrer_type,
        conversions.referer_name as attributed_referrer_name,
        conversions.referer_keyword as attributed_referrer_keyword
    from conversions
    left join visits
        on
            conversions.visit_id = visits.visit_id
            and conversions.installation = visits.installation
    left join goals
        on
            conversions.goal_id = goals.goal_id
            and coalesce(conversions.site_id, visits.site_id) = goals.site_id
            and conversions.installation = goals.installation
    left join sites
        on
            coalesce(conversions.site_id, visits.site_id) = sites.site_id
            and conversions.installation = sites.installation
    left join action_names as page
        on
            conversions.url_id = page.action_id
            and conversions.installation = page.installation
    left join items_of_orders
        on
            conversions.goal_id < 1
            and conversions.visit_id = items_of_orders.visit_id
            and coalesce(conversions.order_id, '0') = items_of_orders.order_id
            and conversions.installation = items_of_orders.installation
{%- endmacro %}
