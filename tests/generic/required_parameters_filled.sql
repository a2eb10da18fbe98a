{% test required_parameters_filled(model, min_fill_rate=1.0) %}
    with

    parameters as (

        select
            event_name,
            parameter_name,
            events,
            coalesce(filled_events, 0) as filled_events,
            coalesce(min_fill_rate, {{ min_fill_rate }}) as min_fill_rate
        from {{ model }}
        where is_required
            and parameter_name is not null

    )

    select
        event_name,
        parameter_name,
        events,
        filled_events,
        min_fill_rate,
        'Filled in too few events: send it with every one, or make it optional.' as message
    from parameters
    where cast(filled_events as {{ waymark.sql_type('double') }}) / nullif(events, 0) < min_fill_rate
{% endtest %}
