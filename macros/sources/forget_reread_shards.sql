{% macro forget_reread_shards(relation, source) %}
    {#- Before they are read again: a file or day that holds no row any more would otherwise stay. -#}
    {%- if flags.EMPTY or not execute or not waymark.is_incremental() -%}{{ return('') }}{%- endif -%}
    {%- if source.files -%}
        {%- set condition = 'source_shard in (select changed_files.filename from ('
            ~ waymark.changed_files(source) ~ ') as changed_files)' -%}
    {%- else -%}
        {%- set first = waymark.reread_from(relation, source) -%}
        {%- if not first -%}
            {%- set condition = 'true' -%}
        {%- elif source.name == 'ga4' -%}
            {%- set condition = "regexp_extract(source_shard, '[0-9]{8}') >= '" ~ (first | replace('-', '')) ~ "'" -%}
        {%- else -%}
            {%- set condition = waymark.undated_shard('source_shard', source)
                ~ " or cast(loaded_at as date) >= date '" ~ first ~ "'" -%}
        {%- endif -%}
    {%- endif -%}
    {{ waymark.delete_shards(relation, condition) }}
{% endmacro %}
