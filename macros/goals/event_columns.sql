{% macro event_columns() %}
    {#- Columns of `events` that a condition, value or breakdown may name, by type. Text columns fall
        back to the property of the same name. -#}
    {{ return({
        'event_name': 'text', 'source_name': 'text', 'source_property': 'text', 'visitor_id': 'text',
        'anonymous_id': 'text', 'user_id': 'text', 'session_id': 'text', 'page_url': 'text', 'page_path': 'text',
        'page_title': 'text', 'hostname': 'text', 'referrer_url': 'text', 'traffic_source': 'text',
        'traffic_medium': 'text', 'campaign': 'text', 'channel': 'text', 'click_id': 'text',
        'device_category': 'text', 'operating_system': 'text', 'browser': 'text', 'country': 'text',
        'region': 'text', 'city': 'text', 'language': 'text', 'platform': 'text', 'currency': 'text',
        'transaction_id': 'text', 'value': 'number', 'is_session_start': 'boolean',
    }) }}
{% endmacro %}
