{{ config(materialized='refreshed') }}

{%- set config_ = waymark.load_config() %}
{%- set definitions = {} %}
{%- set ids = {} %}
{%- for goal in config_.goals.values() %}
    {%- do definitions.update({goal.name: waymark.goal_hash(config_, goal)}) %}
    {%- do ids.update({goal.name: goal.id}) %}
{%- endfor %}
{%- set plan = waymark.refresh_plan('goal_completions', definitions) %}
{%- set changes = waymark.changed_visitors(plan) %}

{{ waymark.refresh_header(
    plan,
    waymark.delete_definitions(plan, 'goal_id', ids) ~ ' or ' ~ waymark.delete_changed(changes),
) }}
with

goal_completions as (

    select * from {{ ref('goal_completions') }}
    where
        visitor_key > 0
        {%- if plan.is_partial %}
        and (
            visitor_key in (select changed_visitor_key from ({{ changes }}) as changes)
            {%- for goal in plan.stale %}
            or goal_id = {{ ids[goal] }}
            {%- endfor %}
        )
        {%- endif %}

),

final as (

    select
        visitor_key,
        goal_id,
        min(event_order) as first_event_order,
        count(*) as completions,
        sum(value) as total_value
    from goal_completions
    group by visitor_key, goal_id

)

select
    visitor_key,
    goal_id,
    first_event_order,
    completions,
    cast(total_value as decimal(33, 4)) as total_value
from final
