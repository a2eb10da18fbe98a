{%- set config_ = waymark.load_config() %}

with

data_range as (

    select
        min(event_date) as first_event_date,
        max(event_date) as last_event_date
    from {{ ref('events') }}

),

days as (

    {{ waymark.date_rows(
        'data_range', [], 'first_event_date', 'last_event_date', 'day', 'date_day'
    ) }}

)

select
    date_day,
    {{ waymark.period_start('date_day', 'week', config_.week_start) }} as reporting_week
from days
