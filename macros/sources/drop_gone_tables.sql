{% macro drop_gone_tables(relation) %}
    {{ return(adapter.dispatch('drop_gone_tables', 'waymark')(relation)) }}
{% endmacro %}

{# GA4 deletes an intraday table when the daily one is complete: then nothing of it is left to reject. #}
{% macro default__drop_gone_tables(relation) -%}
    {%- set files = waymark.staging_source('ga4').files -%}
    {%- if files -%}
    delete from {{ relation }}
    where
        shard_version like 'superseded %'
        and source_shard not in (select filename from read_blob({{ waymark._file_list(files) }}))
    {%- endif -%}
{%- endmacro %}
