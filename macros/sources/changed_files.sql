{% macro changed_files(files, fingerprint) %}
    {{ return(adapter.dispatch('changed_files', 'waymark')(files, fingerprint)) }}
{% endmacro %}

{# One row per file that is new or was written again since it was read, or was read under another
   configuration (the fingerprint). No content is read. #}
{% macro default__changed_files(files, fingerprint) -%}
    select
        filename,
        modified_at,
        shard_version
    from (
        select
            filename,
            timezone('UTC', last_modified) as modified_at,
            cast(timezone('UTC', last_modified) as varchar) || ' '
            || cast(size as varchar) || ' bytes {{ fingerprint }}' as shard_version
        from read_blob({{ waymark._file_list(files) }})
    ) as listed
    {%- if is_incremental() %}
    where (filename, shard_version) not in (
        select (staged.source_shard, replace(staged.shard_version, 'superseded ', ''))
        from (select distinct source_shard, shard_version from {{ this }}) as staged
    )
    {%- endif %}
{%- endmacro %}
