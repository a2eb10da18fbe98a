{% macro changed_shards(plan) -%}
    {%- if model.resource_type == 'unit_test' -%}{{ return('') }}{%- endif %}
    select loads.source_shard
    from {{ ref('source_loads') }} as loads
    where loads.revision > {{ plan.since }}
{%- endmacro %}
