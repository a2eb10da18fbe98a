{% macro ga4_shard(rows) %}
    {{ return(adapter.dispatch('ga4_shard', 'waymark')(rows)) }}
{% endmacro %}

{% macro default__ga4_shard(rows) -%}
    coalesce({{ rows }}._table_suffix, {{ rows }}.event_date)
{%- endmacro %}

{# The table that a row is from: a column of this name may not be selected there. #}
{% macro bigquery__ga4_shard(rows) -%}
    {{ rows }}.filename
{%- endmacro %}
