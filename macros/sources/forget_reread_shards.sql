{% macro forget_reread_shards(relation, source_name, fingerprint) %}
    {#- Before they are read again: a file or day that holds no row any more would otherwise stay. -#}
    {%- set config = waymark.load_config() -%}
    {%- set source = waymark.source_config(config, source_name) -%}
    {%- if flags.EMPTY or not execute or not waymark.is_incremental() -%}{{ return('') }}{%- endif -%}
    {%- if source.files -%}
        {%- set condition = 'source_shard in (select changed_files.filename from ('
            ~ waymark.changed_files(source.files, fingerprint) ~ ') as changed_files)' -%}
    {%- else -%}
        {%- set first = waymark.reread_from(relation, source_name, fingerprint, config.lookback_days) -%}
        {%- if not first -%}
            {%- set condition = 'true' -%}
        {%- elif source_name == 'ga4' -%}
            {%- set condition = "regexp_extract(source_shard, '[0-9]{8}') >= '" ~ (first | replace('-', '')) ~ "'" -%}
        {%- else -%}
            {%- set condition = 'source_shard = ' ~ waymark.text_literal(source.relation or '')
                ~ " or cast(loaded_at as date) >= date '" ~ first ~ "'" -%}
        {%- endif -%}
    {%- endif -%}
    {{ waymark.delete_shards(relation, condition) }}
{% endmacro %}
