{% macro _matomo_columns() %}
    {#- By the rows that tell them; in the words of the log tables. -#}
    {{ return({
        'row': [
            'input_number', 'input_property', 'source_shard', 'shard_version', 'read_at', 'raw_row',
            'malformed_line',
        ],
        'visit': [
            'referrer_type', 'referrer_name', 'campaign_name', 'campaign_source', 'campaign_medium',
            'device_type', 'operating_system', 'browser', 'country_code', 'region', 'city', 'language',
        ],
        'event': [
            'site_id', 'visit_id', 'event_id', 'event_name', 'event_at', 'source_sequence', 'visitor_id',
            'user_id', 'page_url', 'referrer_url', 'last_action_at', 'given_properties',
        ],
        'action': [
            'event_category', 'event_action', 'event_label', 'event_value', 'search_keyword',
            'search_category', 'search_count', 'link_url', 'content_name', 'content_piece',
            'content_target', 'content_interaction', 'product_sku', 'product_name', 'product_price',
            'generation_time_ms', 'pageview_position', 'time_spent',
        ],
        'product': [
            'product_category', 'product_category2', 'product_category3', 'product_category4',
            'product_category5',
        ],
        'conversion': [
            'goal_id', 'goal_name', 'revenue_subtotal', 'revenue_tax', 'revenue_shipping',
            'revenue_discount', 'items_count',
        ],
        'attribution': [
            'attributed_referrer_type', 'attributed_referrer_name', 'attributed_referrer_keyword',
        ],
    }) }}
{% endmacro %}
