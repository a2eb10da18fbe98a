with

funnels as (

    select distinct
        funnel_name,
        unit
    from {{ ref('funnel_definitions') }}

),

unit_days as (

    select * from {{ ref('int_funnel_unit_days') }}

),

visitors as (

    select * from {{ ref('visitors') }}

),

sessions as (

    select * from {{ ref('sessions') }}

),

best as (

    {{ waymark.best_funnel_rows('unit_days') }}

),

final as (

    select
        best.*,
        funnels.unit as unit_type,
        case funnels.unit
            when 'visitor' then visitors.visitor_id
            when 'session' then sessions.session_id
            else best.unit_id
        end as readable_unit_id
    from best
    inner join funnels on best.funnel_name = funnels.funnel_name
    left join visitors
        on
            best.unit_key = visitors.visitor_key
            and funnels.unit = 'visitor'
    left join sessions
        on
            best.unit_key = sessions.session_key
            and funnels.unit = 'session'

)

select

    ---------- ids
    funnel_name,
    unit_type,
    unit_key,
    readable_unit_id as unit_id,
    pass_number,

    ---------- how far
    depth,
    is_completed,
    is_immature,
    entered_at,
    deepest_at,
    deepest_order,

    ---------- what is told apart
    held_value,
    dimensions,

    ---------- time of each step
    {% for step in range(1, 21) -%}
    step_{{ step }}_at{{ ',' if not loop.last }}
    {% endfor %}
from final
