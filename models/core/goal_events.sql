{{ config(materialized='refreshed') }}

{%- set rows = [] %}
{%- for goal in waymark.load_config().goals.values() %}
    {%- for event in waymark.goal_event_names(goal) or [none] %}
        {%- do rows.append([goal.id, goal.name, event]) %}
    {%- endfor %}
{%- endfor %}

{{ waymark.refresh_header(waymark.definitions_plan()) }}
with

final as (

    {{ waymark.literal_rows({
        'goal_id': 'bigint',
        'goal_name': 'text',
        'event_name': 'text',
    }, rows) }}

)

select * from final
