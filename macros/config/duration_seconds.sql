{% macro duration_seconds(path, text, errors) %}
    {%- set units = {'second': 1, 'minute': 60, 'hour': 3600, 'day': 86400, 'week': 604800} -%}
    {%- set match = modules.re.match('^\\s*(\\d+)\\s*(second|minute|hour|day|week)s?\\s*$', text | string) -%}
    {%- if match is none -%}
        {%- do errors.append(
            path ~ ': ' ~ (text | tojson) ~ ' is not a duration. Write a whole number and seconds, minutes, '
            ~ "hours, days or weeks, such as '30 minutes' or '7 days'."
        ) -%}
        {{ return(none) }}
    {%- elif match.group(1) | int == 0 -%}
        {%- do errors.append(
            path ~ ': ' ~ (text | tojson) ~ ' is no time at all. A duration must be longer than zero.'
        ) -%}
        {{ return(none) }}
    {%- endif -%}
    {{ return((match.group(1) | int) * units[match.group(2)]) }}
{% endmacro %}
