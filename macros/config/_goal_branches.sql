{% macro _goal_branches(path, name, errors, matches, trail) %}
    {#- What makes up the goal that a match stands on. Mistakes inside it are told in the words of that goal,
        and so only once; a circle begins with the goal that is defined first. -#}
    {%- set anything = [{'events': [], 'conditions': []}] -%}
    {%- if name is not string -%}
        {%- do errors.append(path ~ ' must be a goal name, found ' ~ (name | tojson) ~ '.') -%}
        {{ return(anything) }}
    {%- endif -%}
    {%- do waymark._check_goal(path, name, matches.keys() | list, errors) -%}
    {%- if name in trail -%}
        {%- set circle = trail[trail.index(name):] -%}
        {%- set first = circle.index(matches.keys() | select('in', circle) | first) -%}
        {%- set circle = circle[first:] + circle[:first] -%}
        {%- do errors.append(
            'goals.' ~ circle[0] ~ '.match: ' ~ ((circle + [circle[0]]) | join(' -> '))
            ~ ' is a circle. A goal cannot be made of itself.'
        ) -%}
        {{ return(anything) }}
    {%- endif -%}
    {%- if matches.get(name) is none -%}{{ return(anything) }}{%- endif -%}
    {{ return(waymark._match_branches(
        'goals.' ~ name ~ '.match', matches[name], errors, matches, trail + [name]
    )) }}
{% endmacro %}
