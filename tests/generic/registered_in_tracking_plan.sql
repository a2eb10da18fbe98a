{% test registered_in_tracking_plan(model, column_name, plan=none) %}
    {#- Anti-join, not `not in`: one null name in the plan must not let everything pass. -#}
    with

    names as (

        select
            {{ column_name }} as object_name,
            count(*) as row_count
        from {{ model }}
        group by 1

    ),

    planned as (

        select distinct event_name
        from {{ waymark.seed_relation('tracking_plan') if plan is none else plan }} as plan

    )

    select
        names.object_name,
        names.row_count,
        'Not in the tracking plan: add it, or stop sending it.' as message
    from names
    left join planned
        on planned.event_name = names.object_name
    where planned.event_name is null
{% endtest %}
