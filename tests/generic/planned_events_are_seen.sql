{% test planned_events_are_seen(model, column_name, seen_in, seen_column='event_name') %}
    with

    planned as (

        select distinct {{ column_name }} as object_name
        from {{ model }}
        where {{ column_name }} <> '*'

    ),

    seen as (

        select distinct {{ seen_column }} as object_name
        from {{ seen_in }}

    )

    select
        planned.object_name,
        'Planned but never seen: repair the tracking, or take it out of the plan.' as message
    from planned
    left join seen
        on seen.object_name = planned.object_name
    where seen.object_name is null
{% endtest %}
