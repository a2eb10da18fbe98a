{{ config(materialized='refreshed') }}

{%- set plan = waymark.rebuild_plan(['sessions', 'events'], []) %}
{%- set identity_scope -%}
    case
        when visitor_key > 0 then 'person'
        when visitor_key is null then 'none'
        when consent_state = 'denied' then 'denied'
        else 'day'
    end
{%- endset %}

{{ waymark.refresh_header(plan) }}
with

events as (

    select
        source_name,
        source_property,
        {{ identity_scope }} as identity_scope,
        count(*) as events,
        min(event_date) as first_event_date,
        max(event_date) as last_event_date
    from {{ ref('events') }}
    group by 1, 2, 3

),

sessions as (

    select
        source_name,
        source_property,
        {{ identity_scope }} as identity_scope,
        count(*) as sessions,
        count(distinct {{ waymark.lasting_visitor_key('visitor_key') }}) as visitors
    from {{ ref('sessions') }}
    group by 1, 2, 3

),

final as (

    select
        events.*,
        sessions.sessions as sessions,
        sessions.visitors,
        case events.identity_scope
            when 'day'
                then
                    'The source gives everybody a new id each day: sessions and completions '
                    || 'count, visitors, cohorts and funnels of visitors leave them out.'
            when 'denied'
                then
                    'People who denied consent: sessions and completions count, visitors, '
                    || 'cohorts and funnels of visitors leave them out.'
            when 'none'
                then
                    'Rows without any id: events and completions count, '
                    || 'sessions and visitors leave them out.'
        end as left_out_because
    from events
    left join sessions
        on
            events.source_name = sessions.source_name
            and coalesce(events.source_property, '') = coalesce(sessions.source_property, '')
            and events.identity_scope = sessions.identity_scope

)

select
    source_name,
    source_property,
    identity_scope,
    cast(events as bigint) as events,
    cast(coalesce(sessions, 0) as bigint) as sessions,
    cast(coalesce(visitors, 0) as bigint) as visitors,
    first_event_date,
    last_event_date,
    left_out_because
from final
