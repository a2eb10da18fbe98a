{% macro changed_files(source) %}
    {{ return(adapter.dispatch('changed_files', 'waymark')(source)) }}
{% endmacro %}

{# One row per file that is new or was written again since it was read, or was read under another
   configuration (the fingerprint), or whose side tables were. No content is read. #}
{% macro default__changed_files(source) -%}
    select
        filename,
        modified_at,
        shard_version
    from (
        select
            filename,
            timezone('UTC', last_modified) as modified_at,
            cast(timezone('UTC', last_modified) as varchar) || ' '
            || cast(size as varchar) || ' bytes '
            {%- if source.side_files %}
            || (
                select md5(string_agg(concat_ws(' ', sides.filename, sides.last_modified, sides.size), ',' order by sides.filename))
                from read_blob({{ waymark._file_list(source.side_files) }}) as sides
            ) || ' '
            {%- endif %}
            || '{{ source.fingerprint }}' as shard_version
        from read_blob({{ waymark._file_list(source.files) }})
    ) as listed
    {%- if is_incremental() %}
    where (filename, shard_version) not in (
        select (staged.source_shard, replace(staged.shard_version, 'superseded ', ''))
        from (select distinct source_shard, shard_version from {{ this }}) as staged
    )
    {%- endif %}
{%- endmacro %}
