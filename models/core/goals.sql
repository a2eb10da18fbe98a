{{ config(materialized='refreshed') }}

{%- set rows = [] %}
{%- for goal in waymark.load_config().goals.values() %}
    {%- do rows.append([
        goal.id, goal.name, goal.label, goal.tier, goal.kind,
        goal.parent, goal.owner, goal.review_cadence,
        goal.counting, goal.min_occurrences, goal.within_seconds,
        goal.after.goal, goal.after.within_seconds,
        goal.eligible_after.goal, goal.eligible_after.within_seconds,
        goal.metric, goal.value_property, goal.direction, goal.severity, goal.level, goal.depth, goal.path,
        goal.definition | tojson, local_md5([goal.definition, goal.branches] | tojson),
    ]) %}
{%- endfor %}

{{ waymark.refresh_header(waymark.definitions_plan()) }}
with

final as (

    {{ waymark.literal_rows({
        'goal_id': 'bigint',
        'goal_name': 'text',
        'label': 'text',
        'tier': 'integer',
        'kind': 'text',
        'parent_goal_name': 'text',
        'owner': 'text',
        'review_cadence': 'text',
        'counting': 'text',
        'min_occurrences': 'integer',
        'within_seconds': 'bigint',
        'after_goal_name': 'text',
        'after_within_seconds': 'bigint',
        'eligible_after_goal_name': 'text',
        'eligible_after_within_seconds': 'bigint',
        'metric': 'text',
        'value_property': 'text',
        'direction': 'text',
        'severity': 'text',
        'build_level': 'integer',
        'depth': 'integer',
        'path': 'text',
        'definition': 'text',
        'config_hash': 'text',
    }, rows) }}

)

select * from final
