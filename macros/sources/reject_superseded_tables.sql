{% macro reject_superseded_tables(relation) %}
    {{ return(adapter.dispatch('reject_superseded_tables', 'waymark')(relation)) }}
{% endmacro %}

{# Daily, fresh and intraday tables of one date hold the same events: the most final one counts,
   whichever was read first. The new version of the shard tells later models that it changed. #}
{% macro default__reject_superseded_tables(relation) -%}
    {%- set parts -%}
        select
            source_shard,
            coalesce(source_property, '') as source_property,
            regexp_extract(source_shard, '([0-9]{8})[^/]*$', 1) as table_date,
            case
                when source_shard like '%intraday_%' then 3
                when source_shard like '%fresh_%' then 2
                else 1
            end as finality
        from (select distinct source_shard, source_property from {{ relation }}) as shards
    {%- endset -%}
    update {{ relation }}
    set
        reject_reason = 'superseded by the daily table',
        shard_version = 'superseded ' || shard_version
    where
        shard_version not like 'superseded %'
        and source_shard in (
            select listed.source_shard
            from ({{ parts }}) as listed
            inner join ({{ parts }}) as better
                on
                    listed.source_property = better.source_property
                    and listed.table_date = better.table_date
                    and listed.finality > better.finality
            where listed.table_date <> ''
        )
{%- endmacro %}
