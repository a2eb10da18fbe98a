{{ config(materialized='table_in_parts') }}

{%- set config_ = waymark.load_config() %}
{%- set columns = {
    'funnel_name': 'text',
    'unit_key': 'bigint',
    'unit_id': 'text',
    'pass_number': 'integer',
    'entry_date': 'date',
    'entered_at': 'timestamp',
    'depth': 'integer',
    'deepest_at': 'timestamp',
    'deepest_order': 'bigint',
    'is_excluded': 'boolean',
    'is_completed': 'boolean',
    'is_immature': 'boolean',
    'held_value': 'text',
    'dimensions': 'text',
} %}
{%- for step in range(1, 21) %}
    {%- do columns.update({'step_' ~ step ~ '_at': 'timestamp'}) %}
{%- endfor %}

{% for funnel in config_.funnels.values() -%}
select *
from (

    {{ waymark.funnel_unit_days(funnel, ref('goal_completions'), ref('events'), config_.timezone) }}

) as funnel_{{ loop.index }}
{% if not loop.last -%}
union all -- next part
{% endif %}
{%- else -%}
{{ waymark.empty_relation(columns) }}
{%- endfor %}
