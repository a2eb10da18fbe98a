{{ config(materialized='refreshed') }}

{%- set plan = waymark.rebuild_plan(['int_visitor_days'], []) %}
{%- set config_ = waymark.load_config() %}

{{ waymark.refresh_header(plan) }}
with

final as (

    select distinct
        visitor_key,
        {{ waymark.period_start('event_date', 'week', config_.week_start) }} as period_start
    from {{ ref('int_visitor_days') }}

)

select
    visitor_key,
    period_start
from final
