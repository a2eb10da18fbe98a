{{ config(materialized='refreshed') }}

{%- set config_ = waymark.load_config() %}
{%- set activities = waymark._activities(config_) %}
{%- set definitions = {} %}
{%- for activity, goal in activities.items() %}
    {%- do definitions.update({
        activity: waymark.goal_hash(config_, goal) if goal else 'any event',
    }) %}
{%- endfor %}
{%- set plan = waymark.refresh_plan('goal_completions', definitions) %}
{%- set changes = waymark.changed_visitors(plan) %}
{%- set first_date = waymark.order_to_local_date('changes.changed_from', config_.timezone) %}
{#- A local day begins up to 25 hours before any of its moments. -#}
{%- set first_at = waymark.add_seconds(
    waymark.timestamp_from_us(waymark.first_changed_us(plan)), -172800
) %}

{{ waymark.refresh_header(
    plan,
    waymark.delete_definitions(plan, 'activity') ~ ' or '
    ~ waymark.delete_changed(changes, first_date, 'event_date'),
) }}
with

{% if plan.is_partial -%}
changes as (
    {{ changes }}

),

{% endif -%}

final as (

    {% for activity, goal in activities.items() -%}
    {%- set partial = plan.is_partial and activity not in plan.stale -%}
    {%- set event_date = 'visitor_days.event_date' if not goal else waymark.period_start(
        waymark.to_local_time('goal_completions.completed_at', config_.timezone), 'day'
    ) -%}
    {%- set relation = 'goal_completions' if goal else 'visitor_days' -%}
    select{{ ' distinct' if goal }}
        {{ waymark.text_literal(activity) }} as activity,
        {{ relation }}.visitor_key,
        {{ event_date }} as event_date
    from {{ ref('goal_completions') if goal else ref('int_visitor_days') }} as {{ relation }}
    {%- if partial %}
    inner join changes
        on
            {{ relation }}.visitor_key = changes.changed_visitor_key
            and {{ event_date }} >= {{ first_date }}
    {%- endif %}
    where
        {{ relation }}.visitor_key > 0
        {%- if goal %}
        and goal_completions.goal_id = {{ goal.id }}
        {%- if partial %}
        and goal_completions.completed_at >= {{ first_at }}
        {%- endif %}
        {%- endif %}
    {{- '\n\n    union all\n' if not loop.last }}

    {% endfor %}
)

select
    activity,
    visitor_key,
    event_date
from final
