{% test steps_monotonic(
    model, column_name, step_column='step_number',
    group_by=['funnel_name', 'breakdown_name', 'breakdown_value'], definitions=none
) %}
    with

    counted as (

        select * from {{ model }}

    ),

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
        from counted
        {%- if definitions %}
        -- an optional step, and a step of an open funnel, may have more than the one before
        where exists (
            select 1
            from {{ definitions }} as definitions
            where
                counted.funnel_name = definitions.funnel_name
                and counted.{{ step_column }} = definitions.step_number
                and not definitions.is_optional
                and definitions.entry = 'first_step'
        )
        {%- endif %}

    )

    select
        steps.*,
        'More units than in the step before, or none counted: the funnel is wrong.' as message
    from steps
    where {{ column_name }} > units_before
        or {{ column_name }} is null
{% endtest %}
