{%- set config_ = waymark.load_config() %}
{%- set activities = waymark._activities(config_) %}

with

visitor_days as (

    select * from {{ ref('int_visitor_days') }}

),

goal_completions as (

    select * from {{ ref('goal_completions') }}
    where visitor_key is not null

),

final as (

    {% for activity, goal_id in activities.items() -%}
    {% if goal_id is none -%}
    select
        {{ waymark.text_literal(activity) }} as activity,
        visitor_key,
        event_date
    from visitor_days
    {%- else -%}
    select distinct
        {{ waymark.text_literal(activity) }} as activity,
        visitor_key,
        {{ waymark.period_start(
            waymark.to_local_time('completed_at', config_.timezone), 'day'
        ) }} as event_date
    from goal_completions
    where goal_id = {{ goal_id }}
    {%- endif %}
    {{- '\n\n    union all\n' if not loop.last }}

    {% endfor %}
)

select
    activity,
    visitor_key,
    event_date
from final
