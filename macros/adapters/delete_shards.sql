{% macro delete_shards(relation, condition) %}
    {{ return(adapter.dispatch('delete_shards', 'waymark')(relation, condition)) }}
{% endmacro %}

{% macro default__delete_shards(relation, condition) -%}
    delete from {{ relation }} where {{ condition }}
{%- endmacro %}

{# Only a table format deletes rows; of other tables whole partitions can go. #}
{% macro spark__delete_shards(relation, condition) -%}
    {%- if execute -%}
    {%- set table = load_relation(relation) -%}
    {%- if table.is_delta or table.is_iceberg or table.is_hudi -%}
    {{ waymark.default__delete_shards(relation, condition) }}
    {%- else -%}
    {%- set shards = run_query('select distinct source_shard from ' ~ relation ~ ' where ' ~ condition) -%}
    {%- if shards.rows -%}
    alter table {{ relation }} drop if exists
        {% for row in shards.rows -%}
        partition (source_shard = {{ waymark.text_literal(row[0]) }}){{ ',' if not loop.last }}
        {% endfor -%}
    {%- endif -%}
    {%- endif -%}
    {%- endif -%}
{%- endmacro %}
