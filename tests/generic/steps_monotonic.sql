{% test steps_monotonic(
    model, column_name, step_column='step_number',
    group_by=['funnel_name', 'breakdown_name', 'breakdown_value']
) %}
    with

    steps as (

        select
            {%- for column in group_by %}
            {{ column }},
            {%- endfor %}
            {{ step_column }},
            {{ column_name }},
            lag({{ column_name }}) over (
                {%- if group_by %}
                partition by {{ group_by | join(', ') }}
                {%- endif %}
                order by {{ step_column }}
            ) as units_before
        from {{ model }}

    )

    select
        steps.*,
        'More units than in the step before, or none counted: the funnel is wrong.' as message
    from steps
    where {{ column_name }} > units_before
        or {{ column_name }} is null
{% endtest %}
