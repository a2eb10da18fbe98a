{{ config(enabled=(project_name == 'waymark')) }}

-- What dropped-off visitors and sessions did next is what their events say: as many as there are
-- after the stop, up to three, beginning with the earliest; those of bots are not theirs.

with

unit_events as (

    select
        'visitor' as unit_type,
        visitor_key as unit_key,
        event_order,
        event_at
    from {{ ref('events') }}
    where {{ waymark.is_person() }}

    union all

    select
        'session' as unit_type,
        session_key as unit_key,
        event_order,
        event_at
    from {{ ref('events') }}
    where {{ waymark.is_person() }}

),

later_events as (

    select
        funnel_units.funnel_name,
        funnel_units.unit_key,
        funnel_units.pass_number,
        count(unit_events.event_order) as events,
        min(unit_events.event_at) as first_at
    from {{ ref('funnel_units') }} as funnel_units
    left join unit_events
        on
            funnel_units.unit_type = unit_events.unit_type
            and funnel_units.unit_key = unit_events.unit_key
            and funnel_units.deepest_order < unit_events.event_order
    where
        not funnel_units.is_completed
        and funnel_units.unit_type in ('visitor', 'session')
    group by 1, 2, 3

)

select
    later_events.*,
    drop_offs.next_event_1_at,
    drop_offs.next_event_2_at,
    drop_offs.next_event_3_at
from later_events
left join {{ ref('funnel_drop_offs') }} as drop_offs
    on
        later_events.funnel_name = drop_offs.funnel_name
        and later_events.unit_key = drop_offs.unit_key
        and later_events.pass_number = drop_offs.pass_number
where
    later_events.first_at is distinct from drop_offs.next_event_1_at
    or (later_events.events >= 2) <> (drop_offs.next_event_2_at is not null)
    or (later_events.events >= 3) <> (drop_offs.next_event_3_at is not null)
