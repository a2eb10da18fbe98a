{% macro staged_columns() %}
    {%- set columns = {} -%}
    {%- for column in [
        'event_key', 'device_key', 'user_key',
        'source_name', 'source_property', 'source_shard', 'shard_version', 'loaded_at', 'event_id', 'event_name',
        'event_at', 'source_sequence', 'anonymous_id', 'user_id', 'native_session_id', 'page_url', 'page_path',
        'page_title', 'hostname', 'referrer_url', 'traffic_source', 'traffic_medium', 'campaign', 'click_id',
        'device_category', 'operating_system', 'browser', 'country', 'region', 'city', 'language', 'platform',
        'user_agent', 'consent_state', 'identity_scope', 'value', 'currency', 'transaction_id', 'properties', 'reject_reason', 'raw_payload',
    ] -%}
        {%- do columns.update({column: {
            'event_key': 'bigint', 'device_key': 'bigint', 'user_key': 'bigint', 'loaded_at': 'timestamp',
            'event_at': 'timestamp', 'value': 'decimal(18, 4)',
        }.get(column, 'text')}) -%}
    {%- endfor -%}
    {{ return(columns) }}
{% endmacro %}
