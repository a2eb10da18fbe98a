{% macro fill_count_ctes(events, property_counts, sums=[], texts=[]) -%}
    {#- Columns of the contract are counted here, properties by the caller. -#}
    {%- set columns = waymark.plan_columns() -%}
event_counts as (

    select
        event_name,
        count(*) as event_rows,
        {%- for column in columns %}
        {%- set text = 'cast(' ~ column ~ ' as ' ~ dbt.type_string() ~ ')' %}
        sum(case when {{ text }} not in ('', '(not set)') then 1 else 0 end)
            as {{ column }}_rows,
        max(case when {{ text }} not in ('', '(not set)') then event_at end)
            as {{ column }}_seen_at,
        {%- endfor %}
        max(event_at) as last_seen_at
    from {{ events }}
    group by event_name

),

fill_counts as (

    select
        event_name,
        parameter_name,
        filled_rows,
        last_seen_at
        {%- for column in sums + texts %},
        {{ column }}
        {%- endfor %}
    from {{ property_counts }}
    {%- for column in [''] + columns %}
    union all
    select
        event_name,
        '{{ column }}' as parameter_name,
        {{ (column or 'event') ~ '_rows' }} as filled_rows,
        {{ (column or 'last') ~ '_seen_at' }} as last_seen_at
        {%- for sum in sums %},
        0 as {{ sum }}
        {%- endfor %}
        {%- for text in texts %},
        null as {{ text }}
        {%- endfor %}
    from event_counts
    {%- endfor %}

),

-- a parameter may be a property and a column: the fuller one counts
seen_per_event as (

    select
        event_name,
        parameter_name
        {%- for column in ['filled_rows', 'last_seen_at'] + sums + texts %},
        max({{ column }}) as {{ column }}
        {%- endfor %}
    from fill_counts
    group by event_name, parameter_name

),

-- '*' in the plan is measured over all events together
seen as (

    select * from seen_per_event
    union all
    select
        '*' as event_name,
        parameter_name,
        sum(filled_rows) as filled_rows,
        max(last_seen_at) as last_seen_at
        {%- for column in sums %},
        sum({{ column }}) as {{ column }}
        {%- endfor %}
        {%- for column in texts %},
        max({{ column }}) as {{ column }}
        {%- endfor %}
    from seen_per_event
    group by parameter_name

)
{%- endmacro %}
