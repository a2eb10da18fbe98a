{# DuckLake takes no comments on the columns of a view. #}
{{ config(materialized='view', persist_docs={'relation': true, 'columns': false}) }}

{%- set kinds = waymark.source_kinds() %}
{%- set sources = [] %}
{%- for name in waymark.load_config().sources if 'facts' not in kinds[name] %}
    {%- do sources.append(name) %}
{%- endfor %}

with

staged as (

    {% for name in sources -%}
    select * from {{ ref('stg_' ~ name ~ '__events') }}
    {{ 'union all' if not loop.last }}

    {% else -%}
    {{ waymark.empty_relation(waymark.staged_columns()) }}
    {% endfor -%}

),

final as (

    select
        {%- for column in waymark.staged_columns() %}
        {{ column }}{{ ',' if not loop.last }}
        {%- endfor %}
    from staged

)

select * from final
