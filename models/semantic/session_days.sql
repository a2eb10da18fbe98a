select
    session_key,
    {{ waymark.lasting_visitor_key('visitor_key') }} as visitor_key,
    event_date
from {{ ref('events') }}
where
    session_key is not null
    and {{ waymark.is_person() }}
group by 1, 2, 3
