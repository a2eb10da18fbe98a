{% macro delete_changed(changes, condition='true') %}
    {{ return(adapter.dispatch('delete_changed', 'waymark')(changes, condition)) }}
{% endmacro %}

{# Condition on the rows of a table by visitor: the visitor changed, and `condition`, which may compare
   with `changes.changed_from`. #}
{% macro default__delete_changed(changes, condition) -%}
    exists (
        select 1
        from ({{ changes }}) as changes
        where
            changes.changed_visitor_key = coalesce(visitor_key, 0)
            and {{ condition }}
    )
{%- endmacro %}
