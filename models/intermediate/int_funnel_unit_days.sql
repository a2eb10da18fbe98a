{{ config(
    materialized='refreshed',
    **waymark.table_layout('entry_date', ['funnel_name', 'unit_key'])
) }}

{%- set config_ = waymark.load_config() %}
{%- set funnels = config_.funnels.values() | list %}
{%- set plan = waymark.refresh_plan('goal_completions', waymark.funnel_hashes(config_)) %}
{%- do waymark.plan_funnel_units(plan, funnels) %}
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
    'held_value': 'text',
    'dimensions': 'text',
} %}
{%- for step in range(1, 21) %}
    {%- do columns.update({'step_' ~ step ~ '_at': 'timestamp'}) %}
{%- endfor %}


{{ waymark.refresh_header(plan, waymark.delete_funnel_units(plan, funnels)) }}
{% for funnel in funnels -%}
{%- set changed = waymark.of_changed_units(plan, funnel) %}
select *
from (

    {{ waymark.funnel_unit_days(
        funnel,
        '(select * from ' ~ ref('goal_completions') ~ ' as rows_ ' ~ changed ~ ') as changed' if changed
        else ref('goal_completions'),
        '(select * from ' ~ ref('events') ~ ' as rows_ ' ~ (changed ~ ' and ' if changed else 'where ')
        ~ waymark.is_person('rows_') ~ ') as changed',
        config_.timezone,
    ) }}

) as funnel_{{ loop.index }}
{% if not loop.last -%}
union all -- next part
{% endif %}
{%- else -%}
{{ waymark.empty_relation(columns) }}
{%- endfor %}
