{{ config(
    materialized='incremental',
    post_hook="{{ waymark.prune_refresh_state() }}",
) }}

-- the refreshed models write their rows themselves, each with its own table
{{ waymark.empty_relation({
    'model_name': 'text',
    'definition': 'text',
    'config_hash': 'text',
    'revision': 'bigint',
    'sequence_number': 'bigint',
}) }}
