{% macro _funnel_source(funnel, completions, events) %}
    {#- Where a funnel of the configuration finds its rows: SQL on `goal_completions as completions` and
        `events as events`. -#}
    {%- set property = {} -%}
    {%- for name in funnel.properties + ([funnel.hold_constant, funnel.unit.property] | select('string') | list) -%}
        {%- do property.update({
            name: "nullif(" ~ waymark.json_value('completions.dimensions', name) ~ ", '')",
        }) -%}
    {%- endfor -%}

    {%- if funnel.unit is mapping -%}
        {%- set unit_id = property[funnel.unit.property] -%}
        {%- set unit_key = waymark.surrogate_key(unit_id) -%}
        {%- set events_unit_key = waymark.surrogate_key(
            "nullif(" ~ waymark.event_property('events', funnel.unit.property) ~ ", '')"
        ) -%}
    {%- else -%}
        {%- set unit_id = none -%}
        {%- set unit_key = 'completions.session_key' if funnel.unit == 'session'
            else waymark.lasting_visitor_key('completions.visitor_key') -%}
        {%- set events_unit_key = 'events.session_key' if funnel.unit == 'session'
            else waymark.lasting_visitor_key('events.visitor_key') -%}
    {%- endif -%}

    {%- set goal_match = {} -%}
    {%- set name_match = {} -%}
    {%- for step in funnel.steps -%}
        {%- set names = [] -%}
        {%- for name in waymark.goal_event_names(step.goal) -%}
            {%- do names.append(waymark.text_literal(name)) -%}
        {%- endfor -%}
        {%- do goal_match.update({step.goal.id: 'completions.goal_id = ' ~ step.goal.id}) -%}
        {%- do name_match.update({
            step.goal.id: 'events.event_name in (' ~ (names | join(', ')) ~ ')' if names else 'true',
        }) -%}
    {%- endfor -%}

    {#- In parentheses: with --empty, some engines give a relation an alias of its own. -#}
    {%- set source = {
        'completions': '(select * from ' ~ completions ~ ') as completions',
        'events': '(select * from ' ~ events ~ ') as events',
        'unit_key': unit_key,
        'unit_id': unit_id,
        'events_unit_key': events_unit_key,
        'held_value': property.get(funnel.hold_constant),
        'event_order': 'completions.event_order',
        'events_order': 'events.event_order',
        'event_at': 'completions.completed_at',
        'event_id': 'completions.event_id',
        'row_id': 'completions.event_id',
        'goal_match': goal_match,
        'name_match': name_match,
        'property': property,
        'exclusions': [],
    } -%}
    {%- for exclusion in funnel.exclusions -%}
        {%- if exclusion.goal -%}
            {%- set matches = ['completions.goal_id = ' ~ exclusion.goal.id] -%}
            {%- if exclusion.conditions -%}
                {%- do matches.append(waymark.json_value('completions.dimensions', exclusion.key) ~ " = 'true'") -%}
            {%- endif -%}
            {%- do source.exclusions.append({
                'rows': source.completions,
                'unit_key': unit_key,
                'event_order': source.event_order,
                'held_value': source.held_value,
                'match': matches | join(' and '),
            }) -%}
        {%- else -%}
            {%- do source.exclusions.append({
                'rows': source.events,
                'unit_key': events_unit_key,
                'event_order': source.events_order,
                'held_value': "nullif(" ~ waymark.event_property('events', funnel.hold_constant) ~ ", '')"
                    if funnel.hold_constant else none,
                'match': 'events.event_name = ' ~ waymark.text_literal(exclusion.event) ~ ' and '
                    ~ waymark.conditions_sql('events', exclusion.conditions),
            }) -%}
        {%- endif -%}
    {%- endfor -%}
    {{ return(source) }}
{% endmacro %}
