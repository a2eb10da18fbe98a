{% macro has_changes(plan) %}
    {{ return(waymark._can_ask() and run_query(
        'select count(*) from (' ~ waymark.changed_visitors(plan) ~ ') as changes'
    ).rows[0][0] > 0) }}
{% endmacro %}
