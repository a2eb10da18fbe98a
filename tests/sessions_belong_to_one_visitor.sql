{{ config(enabled=(project_name == 'waymark')) }}

-- A session has one visitor and one id (its key, a hash, does not collide); one event starts it,
-- of those that are no bot's.

select
    session_key,
    count(distinct visitor_key) as visitors,
    count(distinct session_id) as session_ids,
    sum(case when is_session_start then 1 else 0 end) as starts
from {{ ref('events') }}
where session_key is not null
group by session_key
having
    count(distinct visitor_key) <> 1
    or count(distinct session_id) <> 1
    or sum(case when is_session_start then 1 else 0 end)
    <> max(case when {{ waymark.is_person() }} then 1 else 0 end)
