{% macro count_files(pattern) %}
    {{ return(adapter.dispatch('count_files', 'waymark')(pattern)) }}
{% endmacro %}

{% macro default__count_files(pattern) %}
    {{ return(run_query('select count(*) from glob(' ~ waymark.text_literal(pattern) ~ ')').rows[0][0]) }}
{% endmacro %}
