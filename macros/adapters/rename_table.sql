{% macro rename_table(relation, to) %}
    {{ return(adapter.dispatch('rename_table', 'waymark')(relation, to)) }}
{% endmacro %}

{% macro default__rename_table(relation, to) %}
    {%- do adapter.rename_relation(relation, to) -%}
{% endmacro %}

{# The adapter begins a copy and deletes the original without waiting for it. #}
{% macro bigquery__rename_table(relation, to) %}
    {%- do run_query('alter table ' ~ relation ~ ' rename to ' ~ adapter.quote(to.identifier)) -%}
    {%- do adapter.cache_renamed(relation, to) -%}
{% endmacro %}
