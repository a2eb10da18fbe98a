{% test at_most_key_events(model, column_name, max_count=30) %}
    with

    key_events as (

        select count(*) as key_events
        from {{ model }}
        where {{ column_name }}

    )

    select
        key_events,
        'More than {{ max_count }} key events: keep those that somebody acts on.' as message
    from key_events
    where key_events > {{ max_count }}
{% endtest %}
