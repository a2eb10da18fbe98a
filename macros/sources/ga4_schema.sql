{% macro ga4_schema() %}
    {%- set parameter = {
        'string_value': 'VARCHAR', 'int_value': 'BIGINT', 'float_value': 'DOUBLE', 'double_value': 'DOUBLE',
    } -%}
    {{ return({
        'event_date': 'VARCHAR',
        'event_timestamp': 'BIGINT',
        'event_name': 'VARCHAR',
        'event_params': [{'key': 'VARCHAR', 'value': parameter}],
        'event_bundle_sequence_id': 'BIGINT',
        'user_id': 'VARCHAR',
        'user_pseudo_id': 'VARCHAR',
        'privacy_info': {'analytics_storage': 'VARCHAR', 'ads_storage': 'VARCHAR', 'uses_transient_token': 'VARCHAR'},
        'device': {
            'category': 'VARCHAR', 'operating_system': 'VARCHAR', 'language': 'VARCHAR', 'browser': 'VARCHAR',
            'web_info': {'browser': 'VARCHAR', 'browser_version': 'VARCHAR', 'hostname': 'VARCHAR'},
        },
        'geo': {'country': 'VARCHAR', 'region': 'VARCHAR', 'city': 'VARCHAR'},
        'platform': 'VARCHAR',
        'stream_id': 'VARCHAR',
        'event_dimensions': {'hostname': 'VARCHAR'},
        'ecommerce': {'purchase_revenue': 'DOUBLE', 'transaction_id': 'VARCHAR'},
        'items': [{
            'item_id': 'VARCHAR', 'item_name': 'VARCHAR', 'item_brand': 'VARCHAR', 'item_variant': 'VARCHAR',
            'item_category': 'VARCHAR', 'price': 'DOUBLE', 'quantity': 'BIGINT', 'item_revenue': 'DOUBLE',
            'item_refund': 'DOUBLE', 'coupon': 'VARCHAR',
        }],
        'is_active_user': 'BOOLEAN',
        'collected_traffic_source': {
            'manual_campaign_name': 'VARCHAR', 'manual_source': 'VARCHAR', 'manual_medium': 'VARCHAR',
            'gclid': 'VARCHAR',
        },
        'session_traffic_source_last_click': {
            'cross_channel_campaign': {'campaign_name': 'VARCHAR', 'source': 'VARCHAR', 'medium': 'VARCHAR'},
        },
        'batch_page_id': 'BIGINT',
        'batch_ordering_id': 'BIGINT',
        'batch_event_index': 'BIGINT',
        '_table_suffix': 'VARCHAR',
    }) }}
{% endmacro %}
