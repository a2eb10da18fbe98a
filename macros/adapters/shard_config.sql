{% macro shard_config() %}
    {{ return(adapter.dispatch('shard_config', 'waymark')()) }}
{% endmacro %}

{% macro default__shard_config() %}
    {{ return({'incremental_strategy': 'delete+insert', 'unique_key': 'source_shard'}) }}
{% endmacro %}

{# A shard is a partition, which is replaced as a whole. #}
{% macro spark__shard_config() %}
    {{ return({'incremental_strategy': 'insert_overwrite', 'partition_by': 'source_shard'}) }}
{% endmacro %}

{# Without a key a merge appends: what it replaces is gone by then (forget_reread_shards). #}
{% macro bigquery__shard_config() %}
    {{ return(dict(
        waymark.table_layout('event_at', ['source_shard'], 'timestamp'), incremental_strategy='merge'
    )) }}
{% endmacro %}
