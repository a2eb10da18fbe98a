{% test no_near_duplicates(model, column_name) %}
    with

    names as (

        select
            {{ column_name }} as object_name,
            {{ waymark.snake_case_name(column_name) }} as snake_case_name,
            {{ waymark.normalised_name(column_name) }} as normalised_name,
            count(*) as row_count
        from {{ model }}
        where {{ column_name }} is not null
        group by 1, 2, 3

    ),

    compared as (

        select
            object_name,
            row_count,
            first_value(object_name) over (
                partition by normalised_name
                order by
                    case when object_name = snake_case_name then 0 else 1 end asc,
                    row_count desc,
                    object_name asc
            ) as suggestion
        from names

    )

    select
        object_name,
        row_count,
        'The same name as the suggestion, written differently.' as message,
        suggestion
    from compared
    where object_name <> suggestion
{% endtest %}
