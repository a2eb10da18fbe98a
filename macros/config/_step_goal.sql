{% macro _step_goal(path, name, errors, goals=none, known={}) %}
    {#- The goal that a step or exclusion names; none, and an error, if there is no such goal. Without
        `goals` any value of the step column, or a list of them, is a goal. -#}
    {%- if goals is none -%}
        {%- set values = [name] if name is string or name is not iterable else name -%}
        {%- if name is none or name is mapping or not values -%}
            {%- do errors.append(
                path ~ ' must be a value of the step column or a list of them, found ' ~ (name | tojson) ~ '.'
            ) -%}
            {{ return(none) }}
        {%- endif -%}
        {%- set key = values | tojson -%}
        {%- if key not in known -%}
            {%- do known.update({key: {
                'id': known | length + 1,
                'name': values | join(' or '),
                'branches': [{'events': values, 'conditions': []}],
            }}) -%}
        {%- endif -%}
        {{ return(known[key]) }}
    {%- elif name is not string -%}
        {%- do errors.append(path ~ ' must be a goal name or {goal: <name>}, found ' ~ (name | tojson) ~ '.') -%}
    {%- else -%}
        {%- do waymark._check_goal(path, name, goals.keys() | list, errors) -%}
        {{ return(goals.get(name)) }}
    {%- endif -%}
    {{ return(none) }}
{% endmacro %}
