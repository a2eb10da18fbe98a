{% macro _match_branches(path, match, errors) %}
    {#- A match becomes branches, one of which must hold: {events: [...], conditions: [...]};
        no events = any event. -#}
    {%- set branches = [] -%}
    {%- if match is not mapping or not match -%}
        {%- do errors.append(
            path ~ ' must be a mapping with event, events, where or any, such as {event: purchase}; found '
            ~ (match | tojson) ~ '.'
        ) -%}
        {{ return([{'events': [], 'conditions': []}]) }}
    {%- endif -%}
    {%- do waymark._check_keys(path, match, ['event', 'events', 'where', 'any'], errors) -%}
    {%- if 'event' in match and 'events' in match -%}
        {%- do errors.append(path ~ ' has both event and events. Keep one.') -%}
    {%- endif -%}
    {%- set events = match.get('events') if match.get('events') is not none else match.get('event') -%}
    {%- set events = [events] if events is string else (events if events is not none else []) -%}
    {%- if events is mapping or events is not iterable -%}
        {%- do errors.append(path ~ '.event must be an event name, found ' ~ (events | tojson) ~ '.') -%}
        {%- set events = [] -%}
    {%- elif ('event' in match or 'events' in match) and not events -%}
        {%- do errors.append(
            path ~ '.events is empty. Name at least one event, or remove the key to match any event.'
        ) -%}
    {%- endif -%}
    {%- for event in events if event is not string or event | trim == '' -%}
        {%- do errors.append(path ~ '.events: ' ~ (event | tojson) ~ ' is not an event name. Put it in quotes.') -%}
    {%- endfor -%}
    {%- set conditions = waymark._conditions(path ~ '.where', match['where'], errors)
        if match.get('where') is not none else [] -%}

    {%- if match.get('any') is none -%}
        {{ return([{'events': events, 'conditions': conditions}]) }}
    {%- endif -%}
    {%- if match['any'] is mapping or match['any'] is string or match['any'] is not iterable or not match['any'] -%}
        {%- do errors.append(path ~ '.any must be a list of alternatives, found ' ~ (match['any'] | tojson) ~ '.') -%}
        {{ return([{'events': events, 'conditions': conditions}]) }}
    {%- endif -%}
    {%- for alternative in match['any'] -%}
        {%- set here = path ~ '.any[' ~ loop.index ~ ']' -%}
        {%- if alternative is mapping and not (
            'event' in alternative or 'events' in alternative or 'where' in alternative or 'any' in alternative
        ) -%}
            {%- set alternative = {'where': alternative} -%}
        {%- endif -%}
        {%- for branch in waymark._match_branches(here, alternative, errors) -%}
            {%- do branches.append({
                'events': branch.events or events,
                'conditions': conditions + branch.conditions,
            }) -%}
        {%- endfor -%}
    {%- endfor -%}
    {{ return(branches) }}
{% endmacro %}
