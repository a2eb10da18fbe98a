{% macro ga4_property(shard) %}
    {{ return(adapter.dispatch('ga4_property', 'waymark')(shard)) }}
{% endmacro %}

{% macro default__ga4_property(shard) -%}
    nullif(regexp_extract({{ shard }}, 'analytics_([0-9]+)', 1), '')
{%- endmacro %}

{# There it is the name of the dataset, which ga4_rows() has looked at. #}
{% macro bigquery__ga4_property(shard) -%}
    cast(null as string)
{%- endmacro %}
