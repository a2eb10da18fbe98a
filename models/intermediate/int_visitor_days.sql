with

final as (

    select
        visitor_key,
        event_date,
        min(event_order) as first_event_order,
        max(event_order) as last_event_order
    from {{ ref('events') }}
    where visitor_key is not null
    group by visitor_key, event_date

)

select
    visitor_key,
    event_date,
    first_event_order,
    last_event_order
from final
