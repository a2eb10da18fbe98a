{% macro _check_goal(path, name, names, errors) %}
    {%- if name not in names -%}
        {%- do errors.append(
            'goals.' ~ name ~ ' is used by ' ~ path ~ ', but no such goal is defined.'
            ~ waymark._did_you_mean(name, names)
        ) -%}
    {%- endif -%}
{% endmacro %}
