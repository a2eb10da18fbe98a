{% macro ga4_property(shard, source) %}
    {{ return(adapter.dispatch('ga4_property', 'waymark')(shard, source)) }}
{% endmacro %}

{% macro default__ga4_property(shard, source) -%}
    nullif(regexp_extract({{ shard }}, 'analytics_([0-9]+)', 1), '')
{%- endmacro %}

{# There it is the name of the dataset. #}
{% macro bigquery__ga4_property(shard, source) -%}
    {%- set dataset = modules.re.search('analytics_([0-9]+)', source.relation or '') -%}
    {{ waymark.text_literal(dataset.group(1)) if dataset else 'cast(null as string)' }}
{%- endmacro %}
