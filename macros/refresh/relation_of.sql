{% macro relation_of(name) %}
    {#- A model that is built later than this one, without a `ref`, which would be a cycle. -#}
    {%- if not execute -%}{{ return(this.incorporate(path={'identifier': name})) }}{%- endif -%}
    {%- set node = graph.nodes['model.waymark.' ~ name] -%}
    {{ return(api.Relation.create(database=node.database, schema=node.schema, identifier=node.alias)) }}
{% endmacro %}
