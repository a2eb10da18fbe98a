{% macro _check_choice(path, value, choices, errors) %}
    {%- if value is not none and value not in choices -%}
        {%- do errors.append(
            path ~ ': ' ~ (value | tojson) ~ ' is not one of ' ~ (choices | join(', ')) ~ '.'
            ~ waymark._did_you_mean(value, choices)
        ) -%}
    {%- endif -%}
{% endmacro %}
