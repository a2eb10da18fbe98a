{% test minimum_volume(model, column_name, min_volume='min_volume') %}
    {#- A missing volume is no volume; a missing minimum asks for nothing. -#}
    with

    volumes as (

        select * from {{ model }}

    )

    select
        volumes.*,
        'Too few units to judge: wait, lengthen the period, or drop the goal.' as message
    from volumes
    where coalesce({{ column_name }}, 0) < {{ min_volume }}
{% endtest %}
