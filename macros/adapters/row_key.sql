{% macro row_key(expression) %}
    {{ return(adapter.dispatch('row_key', 'waymark')(expression)) }}
{% endmacro %}

{# What to join on inside one query; never stored, because engines and versions hash differently. #}
{% macro default__row_key(expression) %}{{ return(expression) }}{% endmacro %}

{# An integer in place of a text halves the time of a funnel; of integers it is one to one. #}
{% macro duckdb__row_key(expression) %}{{ return('hash(' ~ expression ~ ')') }}{% endmacro %}
