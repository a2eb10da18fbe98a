{{ config(materialized='refreshed') }}

{%- set rows = [] %}
{%- for experiment in waymark.load_config().experiments.values() %}
    {%- for variant in experiment.variants %}
        {%- do rows.append([
            experiment.name, experiment.label, experiment.owner,
            variant.number, variant.name, variant.is_control, variant.share,
            experiment.variants | length,
            experiment.exposure.name, experiment.exposure.id, experiment.variant_property,
            experiment['from'], experiment['until'],
            experiment.window_seconds, experiment.lookback_seconds,
            experiment.definition | tojson, local_md5(experiment.definition | tojson),
        ]) %}
    {%- endfor %}
{%- endfor %}

{{ waymark.refresh_header(waymark.definitions_plan()) }}
with

final as (

    {{ waymark.literal_rows({
        'experiment_name': 'text',
        'label': 'text',
        'owner': 'text',
        'variant_number': 'integer',
        'variant': 'text',
        'is_control': 'boolean',
        'expected_rate': 'double',
        'variants': 'integer',
        'exposure_goal_name': 'text',
        'exposure_goal_id': 'bigint',
        'variant_property': 'text',
        'starts_on': 'date',
        'ends_on': 'date',
        'window_seconds': 'bigint',
        'lookback_seconds': 'bigint',
        'definition': 'text',
        'config_hash': 'text',
    }, rows) }}

)

select * from final
