{% macro generic_columns() %}
    {{ return([
        'event_id', 'event_name', 'event_at', 'anonymous_id', 'user_id', 'session_id', 'properties',
        'value', 'currency', 'transaction_id', 'source_sequence', 'loaded_at', 'source_property',
        'page_url', 'page_path', 'page_title', 'hostname', 'referrer_url', 'traffic_source', 'traffic_medium',
        'campaign', 'click_id', 'device_category', 'operating_system', 'browser', 'country', 'region',
        'city', 'language', 'platform', 'user_agent', 'consent_state', 'identity_scope',
    ]) }}
{% endmacro %}
