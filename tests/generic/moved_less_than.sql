{% test moved_less_than(model, column_name, max_change=0.1) %}
    {#- The first period has no change: null passes. -#}
    with

    changes as (

        select * from {{ model }}

    )

    select
        changes.*,
        'Moved by more than {{ max_change }} of the period before: find out why.' as message
    from changes
    where abs({{ column_name }}) > {{ max_change }}
{% endtest %}
