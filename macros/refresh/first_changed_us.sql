{% macro first_changed_us(plan) %}
    {#- The earliest moment of all changes, as a number in the SQL: whoever reads a table by time reads no
        more than is needed. -#}
    {%- if not waymark._can_ask() or not plan.is_partial -%}{{ return(0) }}{%- endif -%}
    {%- set first = run_query(
        'select min(changed_from) from (' ~ waymark.changed_visitors(plan) ~ ') as changes'
    ).rows[0][0] -%}
    {{ return(((first or run_started_at.timestamp() * 1000000000) | int) // 1000) }}
{% endmacro %}
