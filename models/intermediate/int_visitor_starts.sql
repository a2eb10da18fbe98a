{{ config(materialized='refreshed') }}

{%- set landmark = waymark.load_config().evidence_landmark_seconds %}
{%- set plan = waymark.refresh_plan('events', {'landmark': landmark | string}) %}
{#- Every row depends on the landmark. -#}
{%- do plan.update({'is_partial': plan.is_partial and not plan.stale}) %}

{{ waymark.refresh_header(plan, waymark.delete_changed(waymark.changed_visitors(plan))) }}
with

firsts as (

    select
        visitor_key,
        min(first_event_order) as first_event_order
    from {{ ref('int_visitor_days') }}
    {{ waymark.of_changed_visitors(plan) }}
    group by visitor_key

),

firsts_in_us as (

    select
        visitor_key,
        {{ waymark.order_to_us('first_event_order') }} as first_seen_us
    from firsts

),

final as (

    select
        firsts_in_us.visitor_key as visitor_key,
        firsts_in_us.first_seen_us as first_seen_us,
        count(*) as early_events
    from {{ ref('events') }} as events
    inner join firsts_in_us on events.visitor_key = firsts_in_us.visitor_key
    where
        {{ waymark.is_person('events') }}
        and {{ waymark.epoch_us('events.event_at') }}
        <= firsts_in_us.first_seen_us + {{ landmark * 1000000 }}
    group by 1, 2

)

select
    visitor_key,
    first_seen_us,
    early_events
from final
