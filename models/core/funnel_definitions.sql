{{ config(materialized='refreshed') }}

{%- set rows = [] %}
{%- for funnel in waymark.load_config().funnels.values() %}
    {%- set bars = funnel.order == 'any' %}
    {%- for step in funnel.steps %}
        {%- do rows.append([
            funnel.name, funnel.label, funnel.owner,
            step.number,
            step.label,
            none if bars else step.goal.name,
            none if bars else step.goal.id,
            step.before,
            step.after,
            step.optional, step.occurrence, step.min_gap_seconds, step.max_gap_seconds, step.target,
            funnel.steps | length, funnel.window_seconds, funnel.order, funnel.entry, funnel.ties, funnel.mode,
            funnel.unit.property or funnel.unit, funnel.hold_constant,
            funnel.breakdowns | map(attribute='name') | list | tojson,
            funnel.breakdown_by if funnel.breakdown_by is string else 'step_' ~ funnel.breakdown_by.step,
            funnel.date_from or none, funnel.date_to or none,
            funnel.definition | tojson,
            local_md5(funnel.definition | tojson),
        ]) %}
    {%- endfor %}
{%- endfor %}

{{ waymark.refresh_header(waymark.definitions_plan()) }}
with

final as (

    {{ waymark.literal_rows({
        'funnel_name': 'text',
        'label': 'text',
        'owner': 'text',
        'step_number': 'integer',
        'step_name': 'text',
        'goal_name': 'text',
        'goal_id': 'bigint',
        'previous_step_number': 'integer',
        'next_step_number': 'integer',
        'is_optional': 'boolean',
        'occurrence': 'text',
        'min_gap_seconds': 'bigint',
        'max_gap_seconds': 'bigint',
        'target_rate': 'double',
        'steps': 'integer',
        'window_seconds': 'bigint',
        'order_mode': 'text',
        'entry': 'text',
        'ties': 'text',
        'mode': 'text',
        'unit': 'text',
        'hold_constant': 'text',
        'breakdowns': 'text',
        'breakdown_by': 'text',
        'date_from': 'text',
        'date_to': 'text',
        'definition': 'text',
        'config_hash': 'text',
    }, rows) }}

)

select * from final
