{% macro _match_branches(path, match, errors, matches={}, trail=[]) %}
    {#- A match becomes branches, one of which must hold: {events: [...], conditions: [...]};
        no events = any event. -#}
    {%- if match is not mapping or not match -%}
        {%- do errors.append(
            path ~ ' must be a mapping with event, events, goal, where or any, such as {event: purchase}; found '
            ~ (match | tojson) ~ '.'
        ) -%}
        {{ return([{'events': [], 'conditions': []}]) }}
    {%- endif -%}
    {%- do waymark._check_keys(path, match, waymark._configuration_keys('match'), errors) -%}
    {%- if 'event' in match and 'events' in match -%}
        {%- do errors.append(path ~ ' has both event and events. Keep one.') -%}
    {%- endif -%}
    {%- if match.get('goal') is not none and ('event' in match or 'events' in match) -%}
        {%- do errors.append(path ~ ' has both event and goal. Keep one: the goal says which events it is of.') -%}
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
    {%- set bases = waymark._goal_branches(path ~ '.goal', match['goal'], errors, matches, trail)
        if match.get('goal') is not none else [{'events': events, 'conditions': []}] -%}
    {%- set conditions = waymark._conditions(path ~ '.where', match['where'], errors)
        if match.get('where') is not none else [] -%}
    {%- set whole = [] -%}
    {%- for base in bases -%}
        {%- do whole.append({'events': base.events, 'conditions': base.conditions + conditions}) -%}
    {%- endfor -%}

    {%- if match.get('any') is none -%}
        {{ return(whole) }}
    {%- endif -%}
    {%- if match['any'] is mapping or match['any'] is string or match['any'] is not iterable or not match['any'] -%}
        {%- do errors.append(path ~ '.any must be a list of alternatives, found ' ~ (match['any'] | tojson) ~ '.') -%}
        {{ return(whole) }}
    {%- endif -%}
    {%- set branches = [] -%}
    {%- for alternative in match['any'] -%}
        {%- set here = path ~ '.any[' ~ loop.index ~ ']' -%}
        {%- if alternative is mapping and not (
            'event' in alternative or 'events' in alternative or 'goal' in alternative or 'where' in alternative
            or 'any' in alternative
        ) -%}
            {%- set alternative = {'where': alternative} -%}
        {%- endif -%}
        {%- set kept = [] -%}
        {%- for branch in waymark._match_branches(here, alternative, errors, matches, trail) -%}
            {%- for base in whole -%}
                {%- set both = base.events | select('in', branch.events) | list if base.events and branch.events
                    else base.events or branch.events -%}
                {%- if both or not (base.events and branch.events) -%}
                    {%- do kept.append({'events': both, 'conditions': base.conditions + branch.conditions}) -%}
                {%- endif -%}
            {%- endfor -%}
        {%- endfor -%}
        {%- if not kept -%}
            {%- do errors.append(
                here ~ ' can never hold: none of its events is one of ' ~ path ~ ', and both must be.'
            ) -%}
        {%- endif -%}
        {%- do branches.extend(kept) -%}
    {%- endfor -%}
    {{ return(branches or whole) }}
{% endmacro %}
