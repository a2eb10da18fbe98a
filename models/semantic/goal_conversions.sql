{%- set timezone = waymark.load_config().timezone %}

select
    goal_id,
    event_id,
    session_key,
    {{ waymark.lasting_visitor_key('visitor_key') }} as visitor_key,
    {{ waymark.period_start(waymark.to_local_time('completed_at', timezone), 'day') }}
        as completed_date,
    value,
    currency
from {{ ref('goal_completions') }}
