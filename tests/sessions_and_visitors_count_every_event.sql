{{ config(enabled=(project_name == 'waymark')) }}

-- Events, sessions and visitors tell the same totals of every visitor, bots left out.

with

events as (

    select
        visitor_key,
        count(*) as events,
        count(distinct session_key) as sessions
    from {{ ref('events') }}
    where
        visitor_key > 0
        and {{ waymark.is_person() }}
    group by visitor_key

),

sessions as (

    select
        visitor_key,
        sum(events) as events,
        count(*) as sessions
    from {{ ref('sessions') }}
    where visitor_key > 0
    group by visitor_key

),

visitors as (

    select
        visitor_key,
        events,
        sessions
    from {{ ref('visitors') }}

)

select
    events.visitor_key as event_visitor_key,
    sessions.visitor_key as session_visitor_key,
    visitors.visitor_key,
    events.events,
    sessions.events as session_events,
    visitors.events as visitor_events
from events
full outer join sessions on events.visitor_key = sessions.visitor_key
full outer join visitors on events.visitor_key = visitors.visitor_key
where
    events.events is distinct from sessions.events
    or events.events is distinct from visitors.events
    or events.sessions is distinct from sessions.sessions
    or events.sessions is distinct from visitors.sessions
