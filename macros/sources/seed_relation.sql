{% macro seed_relation(name) %}
    {%- set columns = {
        'goal_thresholds': {
            'goal_name': 'text', 'effective_from': 'date', 'problem': 'double', 'baseline': 'double',
            'target': 'double', 'min_volume': 'bigint', 'decided_by': 'text', 'note': 'text',
        },
        'goal_decisions': {
            'goal_name': 'text', 'decided_at': 'date', 'decision': 'text', 'rule_name': 'text',
            'decided_by': 'text', 'note': 'text',
        },
        'tracking_plan': {
            'event_name': 'text', 'parameter_name': 'text', 'description': 'text', 'is_required': 'boolean',
            'min_fill_rate': 'double', 'value_type': 'text', 'is_key_event': 'boolean', 'owner': 'text',
            'source': 'text',
        },
        'naming_exceptions': {'rule_name': 'text', 'object_type': 'text', 'object_name': 'text', 'comment': 'text'},
        'traffic_filters': {
            'filter_name': 'text', 'column_name': 'text', 'operator': 'text', 'pattern': 'text', 'comment': 'text',
        },
        'campaign_aliases': {'alias': 'text', 'campaign': 'text'},
        'event_aliases': {'old_name': 'text', 'new_name': 'text', 'valid_from': 'date', 'valid_until': 'date'},
    } -%}
    {%- set given = (waymark.get_config('relations') or {}).get(name) -%}
    {%- if given -%}
        {{ return(waymark.source_relation(given)) }}
    {%- elif project_name == 'waymark' -%}
        {{ return(ref(name)) }}
    {%- endif -%}
    {{ return('(' ~ waymark.empty_relation(columns[name]) ~ ')') }}
{% endmacro %}
