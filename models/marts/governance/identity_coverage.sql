with

events as (

    select * from {{ ref('events') }}

),

counted as (

    select
        source_name,
        source_property,
        case
            when visitor_key > 0 then 'person'
            when visitor_key is not null then 'day'
            else 'none'
        end as identity_scope,
        count(*) as events,
        count(distinct session_key) as sessions,
        count(distinct {{ waymark.lasting_visitor_key('visitor_key') }}) as visitors,
        min(event_date) as first_event_date,
        max(event_date) as last_event_date
    from events
    group by 1, 2, 3

),

final as (

    select
        *,
        case identity_scope
            when 'day'
                then
                    'The source gives everybody a new id each day: sessions and completions count, visitors, '
                    || 'cohorts and funnels of visitors leave them out.'
            when 'none'
                then 'Rows without any id: events and completions count, sessions and visitors leave them out.'
        end as left_out_because
    from counted

)

select
    source_name,
    source_property,
    identity_scope,
    cast(events as bigint) as events,
    cast(sessions as bigint) as sessions,
    cast(visitors as bigint) as visitors,
    first_event_date,
    last_event_date,
    left_out_because
from final
