{%- set rows = [] %}
{%- for funnel in waymark.load_config().funnels.values() %}
    {%- for step in funnel.steps %}
        {%- do rows.append([
            funnel.name, funnel.label, funnel.owner,
            step.number, step.label, step.goal.name, step.goal.id, funnel.steps | length,
            funnel.window_seconds, funnel.order, funnel.entry, funnel.ties,
            funnel.breakdowns | tojson,
            funnel.date_from | string if funnel.date_from else none,
            funnel.date_to | string if funnel.date_to else none,
            local_md5(funnel.definition | tojson),
        ]) %}
    {%- endfor %}
{%- endfor %}

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
        'steps': 'integer',
        'window_seconds': 'bigint',
        'order_mode': 'text',
        'entry': 'text',
        'ties': 'text',
        'breakdowns': 'text',
        'date_from': 'text',
        'date_to': 'text',
        'config_hash': 'text',
    }, rows) }}

)

select * from final
