{% macro can_refresh() %}
    {{ return(adapter.dispatch('can_refresh', 'waymark')()) }}
{% endmacro %}

{% macro default__can_refresh() %}{{ return(true) }}{% endmacro %}

{# Rows of a Parquet table cannot be deleted. #}
{% macro spark__can_refresh() %}{{ return(false) }}{% endmacro %}
