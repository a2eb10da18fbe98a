{%- set timezone = waymark.load_config().timezone %}
{%- set text = waymark.sql_type('text') %}

with

unit_steps as (

    select
        funnel_units.*,
        funnel_definitions.step_number as step_number,
        funnel_definitions.step_name as step_name,
        funnel_definitions.previous_step_number as previous_step_number,
        {% for reached, number in [
            ('reached_at', 'step_number'), ('previous_reached_at', 'previous_step_number'),
        ] -%}
        {{ waymark.step_at('funnel_units', 'funnel_definitions.' ~ number) }} as {{ reached }}
        {{- ',' if not loop.last }}
        {% endfor -%}
    from {{ ref('funnel_units') }} as funnel_units
    inner join {{ ref('funnel_definitions') }} as funnel_definitions
        on funnel_units.funnel_name = funnel_definitions.funnel_name

),

final as (

    select
        unit_steps.*,
        {{ dbt.concat([
            'unit_steps.funnel_name',
            "' '",
            'cast(unit_steps.unit_key as ' ~ text ~ ')',
            "' '",
            'cast(unit_steps.pass_number as ' ~ text ~ ')',
        ]) }} as entry_key,
        sessions.session_key as session_key,
        case
            when unit_steps.unit_type = 'visitor' then unit_steps.unit_key
            else {{ waymark.lasting_visitor_key('sessions.visitor_key') }}
        end as visitor_key,
        coalesce(
            unit_steps.depth >= unit_steps.step_number and unit_steps.reached_at is not null,
            false
        ) as is_reached,
        coalesce(
            unit_steps.depth >= unit_steps.previous_step_number
            and unit_steps.previous_reached_at is not null,
            false
        ) as is_previous_reached
    from unit_steps
    left join {{ ref('sessions') }} as sessions
        on
            unit_steps.unit_key = sessions.session_key
            and unit_steps.unit_type = 'session'

)

select
    funnel_name,
    step_number,
    step_name,
    entry_key,
    visitor_key,
    session_key,
    {{ waymark.period_start(waymark.to_local_time('entered_at', timezone), 'day') }}
        as entered_date,
    is_immature,
    is_reached,
    case when step_number = 1 then is_reached else is_previous_reached end as is_previous_reached,
    is_reached and (step_number = 1 or is_previous_reached) as is_continued
from final
