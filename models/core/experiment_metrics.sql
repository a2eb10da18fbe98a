{{ config(materialized='refreshed') }}

{%- set rows = [] %}
{%- for experiment in waymark.load_config().experiments.values() %}
    {%- for metric in experiment.metrics %}
        {%- do rows.append([
            experiment.name, metric.number, metric.name, metric.label, metric.type,
            metric.is_primary,
            metric.goal.name, metric.goal.id, metric.goal.tier, metric.goal.direction,
            'value_per_unit' if metric.type == 'goal'
                and metric.goal.metric in ['value', 'value_per_unit', 'value_per_completion']
                else 'conversion_rate',
            experiment.funnel if metric.type == 'funnel_step' else none,
            metric.get('step_number'), metric.get('before'),
        ]) %}
    {%- endfor %}
{%- endfor %}

{{ waymark.refresh_header(waymark.definitions_plan()) }}
with

final as (

    {{ waymark.literal_rows({
        'experiment_name': 'text',
        'metric_number': 'integer',
        'metric_name': 'text',
        'label': 'text',
        'metric_type': 'text',
        'is_primary': 'boolean',
        'goal_name': 'text',
        'goal_id': 'bigint',
        'tier': 'integer',
        'direction': 'text',
        'deciding_measure': 'text',
        'funnel_name': 'text',
        'step_number': 'integer',
        'previous_step_number': 'integer',
    }, rows) }}

)

select * from final
