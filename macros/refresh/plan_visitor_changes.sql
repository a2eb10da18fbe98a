{% macro plan_visitor_changes(plan, events) %}
    {#- Changes are looked for since `events` was last built, which they are compared with. Where that
        cannot be, everything that follows is built whole. Changes that all have followed can go. -#}
    {%- do plan.update({'settled': 0}) -%}
    {%- if not waymark._can_ask() -%}{{ return('') }}{%- endif -%}
    {%- set states = waymark._refresh_states() if plan.is_partial else {} -%}
    {%- set built = states.get('events', {}).get('', {}).get('revision') or 0 -%}
    {%- if plan.is_partial and not plan.stale and 0 < built <= plan.revision and load_relation(events) -%}
        {%- set settled = [built] -%}
        {%- for name, state in states.items()
            if '' in state and 'model.waymark.' ~ name in graph.nodes
            and name not in ['source_loads', 'duplicate_events', 'visitor_changes'] -%}
            {%- do settled.append(state[''].revision) -%}
        {%- endfor -%}
        {%- do plan.update({
            'since': built, 'settled': settled | min,
            'is_current': waymark.no_rows_between(ref('source_loads'), built, plan.revision),
        }) -%}
    {%- else -%}
        {%- do plan.update({'is_partial': false, 'is_current': false, 'stale': plan.definitions.keys() | list}) -%}
    {%- endif -%}
{% endmacro %}
