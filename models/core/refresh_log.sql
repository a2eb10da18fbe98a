{#- Without a key every adapter appends; 'append' by name is unknown to BigQuery's. -#}
{{ config(
    materialized='incremental',
    full_refresh=false,
    on_schema_change='append_new_columns',
) }}

-- the end of each run writes its row: see the macro log_refresh
{{ waymark.empty_relation({
    'invocation_id': 'text',
    'status': 'text',
    'started_at': 'timestamp',
    'finished_at': 'timestamp',
    'revision': 'bigint',
    'is_full_refresh': 'boolean',
    'last_event_at': 'timestamp',
    'last_loaded_at': 'timestamp',
    'shards_read': 'bigint',
    'rows_read': 'bigint',
    'rows_accepted': 'bigint',
    'rows_rejected': 'bigint',
    'rows_late': 'bigint',
    'visitors_changed': 'bigint',
    'model_seconds': 'text',
}) }}
