{% macro delete_changed(changes, since='changes.changed_from', column=none) %}
    {{ return(adapter.dispatch('delete_changed', 'waymark')(changes, since, column)) }}
{% endmacro %}

{# Condition on the rows of a table by visitor: the visitor changed, and no later than `column` says. #}
{% macro default__delete_changed(changes, since, column) -%}
    exists (
        select 1
        from ({{ changes }}) as changes
        where
            changes.changed_visitor_key = coalesce(visitor_key, 0)
            {%- if column %}
            and {{ since }} <= {{ column }}
            {%- endif %}
    )
{%- endmacro %}

{# A mutation cannot look at the row from inside a subquery. #}
{% macro clickhouse__delete_changed(changes, since, column) -%}
    {%- set key = 'coalesce(visitor_key, 0)' -%}
    {%- if not column -%}
    {{ key }} in (select changes.changed_visitor_key from ({{ changes }}) as changes)
    {%- else -%}
    ({{ key }}, {{ column }}) in (
        select
            changes.changed_visitor_key,
            built.looked_up
        from (select {{ key }} as visitor, {{ column }} as looked_up from {{ this }}) as built
        inner join ({{ changes }}) as changes on built.visitor = changes.changed_visitor_key
        where {{ since }} <= built.looked_up
    )
    {%- endif -%}
{%- endmacro %}
