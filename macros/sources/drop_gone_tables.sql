{% macro drop_gone_tables(files) %}
    {{ return(adapter.dispatch('drop_gone_tables', 'waymark')(files)) }}
{% endmacro %}

{# GA4 deletes an intraday table when the daily one is complete: then nothing of it is left to reject. #}
{% macro default__drop_gone_tables(files) -%}
    {%- if files -%}
    delete from {% raw %}{{ this }}{% endraw %}
    where
        shard_version like 'superseded %'
        and source_shard not in (select filename from read_blob({{ waymark._file_list(files) }}))
    {%- endif -%}
{%- endmacro %}
