{% macro _matomo_action_events(source) -%}
    {#- Names that an action refers to: what, its column, and what type of name it is. -#}
    {%- set lookups = [
        ['url', 'idaction_url', none],
        ['previous_url', 'idaction_url_ref', none],
        ['title', 'idaction_name', none],
        ['event_category', 'idaction_event_category', 10],
        ['event_action', 'idaction_event_action', 11],
        ['content_name', 'idaction_content_name', 13],
        ['content_piece', 'idaction_content_piece', 14],
        ['content_target', 'idaction_content_target', 15],
        ['content_interaction', 'idaction_content_interaction', 16],
        ['product_sku', 'idaction_product_sku', 5],
        ['product_name', 'idaction_product_name', 6],
        ['product_category', 'idaction_product_cat', 7],
        ['product_category2', 'idaction_product_cat2', 7],
        ['product_category3', 'idaction_product_cat3', 7],
        ['product_category4', 'idaction_product_cat4', 7],
        ['product_category5', 'idaction_product_cat5', 7],
    ] %}
    {%- set measures = [
        'custom_float', 'search_cat', 'search_count', 'product_price', 'pageview_position', 'time_spent',
    ] %}
    {%- set columns = ['idlink_va', 'idsite', 'idvisitor', 'idvisit', 'server_time'] + measures %}
    {%- for what, column, type in lookups %}{%- do columns.append(column) %}{%- endfor %}
    {%- set variables = [] %}
    {%- for slot in range(1, 6) %}
        {%- do variables.append(['custom_var_k' ~ slot, 'custom_var_v' ~ slot]) %}
        {%- do columns.extend(variables | last) %}
    {%- endfor -%}
    {%- set known = columns | reject('in', ['pageview_position', 'time_spent']) | list + ['idaction_name_ref'] %}
    {%- set row_columns = waymark._matomo_columns().row %}
    {%- set visit_columns = waymark._matomo_columns().visit %}
    {%- set text = dbt.type_string() -%}
    with

    log_link_visit_action as (

        {{ waymark._matomo_rows(source, 'log_link_visit_action', columns) }}

    ),

    visits as (

        select * from {{ ref('stg_matomo__visits') }}

    ),

    action_names as (

        select * from {{ ref('stg_matomo__action_names') }}

    ),

    actions as (

        select
            {{ row_columns | join(', ') }},
            installation,
            {{ waymark._matomo_id('idlink_va') }} as action_id,
            {{ waymark._matomo_id('idvisit') }} as visit_id,
            {{ waymark._matomo_id('idsite') }} as site_id,
            idvisitor as visitor_id,
            server_time as event_at,
            {%- for what, column, type in lookups %}
            {{ waymark._matomo_id(column) }} as {{ what }}_id,
            {%- endfor %}
            {%- for name, value in variables %}
            {{ name }},
            {{ value }},
            {%- endfor %}
            {{ measures | join(', ') }},
            {{ waymark._matomo_other_columns('row_values', known) }} as other_columns
        from log_link_visit_action

    ),

    named_actions as (

        select
            actions.*,
            url.action_type as url_type,
            title.action_type as title_type
            {%- for what, column, type in lookups %},
            {{ what }}.action_name as {{ what }}
            {%- endfor %}
        from actions
        {%- for what, column, type in lookups %}
        left join action_names as {{ what }}
            on
                actions.{{ what }}_id = {{ what }}.action_id
                and actions.installation = {{ what }}.installation
                {%- if type %}
                and {{ what }}.action_type = {{ type }}
                {%- endif %}
        {%- endfor %}

    ),

    kinds_of_actions as (

        select
            *,
            case
                when event_category_id is not null or event_action_id is not null then 'event'
                when content_name_id is not null then 'content'
                when url_type = 2 then 'outlink'
                when url_type = 3 then 'download'
                when title_type = 8 then 'search'
                else 'pageview'
            end as kind
        from named_actions

    )

    select
        {% for column in row_columns -%}
        actions.{{ column }},
        {% endfor -%}
        coalesce(actions.site_id, visits.site_id) as site_id,
        actions.visit_id,
        'action ' || cast(actions.action_id as {{ text }}) as event_id,
        case when actions.malformed_line is null then actions.kind end as event_name,
        actions.event_at,
        cast(actions.action_id as {{ text }}) as source_sequence,
        -- whom the reports count: an action may still carry the id that its visitor had before
        coalesce(visits.visitor_id, {{ waymark.hex_id('actions.visitor_id') }}) as visitor_id,
        visits.user_id,
        case
            when actions.kind in ('outlink', 'download') then actions.previous_url
            else actions.url
        end as page_url,
        case when actions.kind = 'pageview' then actions.title end as page_title,
        coalesce(actions.previous_url, visits.referrer_url) as referrer_url,
        {%- for column in visit_columns %}
        visits.{{ column }},
        {%- endfor %}
        visits.last_action_at,
        {{ waymark.json_merge(
            "coalesce(visits.properties, '{}')",
            waymark.json_merge('actions.other_columns', waymark._matomo_variables(variables))
        ) }} as given_properties,
        actions.event_category,
        actions.event_action,
        case when actions.kind = 'event' then actions.title end as event_label,
        case when actions.kind = 'event' then actions.custom_float end as event_value,
        case when actions.kind = 'search' then actions.title end as search_keyword,
        actions.search_cat as search_category,
        actions.search_count,
        case when actions.kind in ('outlink', 'download') then actions.url end as link_url,
        actions.content_name,
        actions.content_piece,
        actions.content_target,
        actions.content_interaction,
        actions.product_sku,
        actions.product_name,
        actions.product_category,
        actions.product_category2,
        actions.product_category3,
        actions.product_category4,
        actions.product_category5,
        actions.product_price,
        case when actions.kind <> 'event' then actions.custom_float end as generation_time_ms,
        actions.pageview_position,
        actions.time_spent
    from kinds_of_actions as actions
    left join visits
        on
            actions.visit_id = visits.visit_id
            and actions.installation = visits.installation
{%- endmacro %}
