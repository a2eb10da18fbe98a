{% macro staging_table_config(name) %}
    {#- Of a staging model whose rows are no events: small, and built whole each time. -#}
    {%- set events = waymark.staging_config(name) -%}
    {#- The last of the hooks is about shards. -#}
    {{ return({'materialized': 'table', 'enabled': events.enabled, 'pre_hook': events.pre_hook[:-1]}) }}
{% endmacro %}
