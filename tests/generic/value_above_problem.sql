{% test value_above_problem(model, column_name, problem='problem', direction='direction') %}
    {#- No value or no threshold: nothing to judge. A threshold without a direction is a fault. -#}
    with

    measured as (

        select * from {{ model }}

    )

    select
        measured.*,
        'On the wrong side of its problem threshold: investigate.' as message
    from measured
    where ({{ direction }} = 'increase' and {{ column_name }} < {{ problem }})
        or ({{ direction }} = 'decrease' and {{ column_name }} > {{ problem }})
        or (
            coalesce({{ direction }}, '') not in ('increase', 'decrease')
            and {{ problem }} is not null
        )
{% endtest %}
