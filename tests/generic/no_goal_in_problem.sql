{% test no_goal_in_problem(model, goals='error') %}
    {#- What is not certain only warns; a count or an amount has no interval and is as it is. -#}
    with

    complete_weeks as (

        select
            *,
            row_number() over (partition by goal_name order by period_start desc) as recency
        from {{ model }}
        where is_complete_period

    ),

    problems as (

        select
            *,
            case
                when severity = 'error' and coalesce(is_certain, true) then 'error' else 'warn'
            end as problem_severity
        from complete_weeks
        where
            recency = 1
            and zone = 'problem'

    )

    select
        goal_name,
        value,
        zone,
        owner,
        'goal ' || goal_name || ' is ' || {{ waymark.metric_text('metric', 'value') }}
        || coalesce(
            ' (95 % interval ' || {{ waymark.metric_text('metric', 'interval_low') }} || ' to '
            || {{ waymark.metric_text('metric', 'interval_high') }} || ')', ''
        )
        || ' in the week of ' || cast(period_start as {{ dbt.type_string() }}) || ': '
        || case when is_certain = false then 'problem (not certain), ' else 'problem, ' end
        || case direction when 'increase' then 'below ' else 'above ' end
        || {{ waymark.metric_text('metric', 'problem') }}
        || case
            when zone_since < period_start
                then ' since the week of ' || cast(zone_since as {{ dbt.type_string() }})
            else ''
        end
        || coalesce('; owner ' || owner, '; nobody owns it') as message
    from problems
    where problem_severity = '{{ goals }}'
{% endtest %}
