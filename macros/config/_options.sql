{% macro _options(path, item, known, errors) %}
    {%- set options = {} -%}
    {%- for key, rule in known.items() -%}
        {%- set here = (path ~ '.' if path else '') ~ key -%}
        {%- set value = item.get(key) -%}
        {%- set count = errors | length -%}
        {%- if value is none -%}
            {%- if rule.required is string -%}
                {%- do errors.append(path ~ ' has no ' ~ key ~ '. ' ~ rule.required) -%}
            {%- endif -%}
        {%- elif rule.choices -%}
            {%- do waymark._check_choice(here, value, rule.choices, errors) -%}
        {%- elif rule.type == 'text' and value is not string -%}
            {%- do errors.append(here ~ ' must be a text, found ' ~ (value | tojson) ~ '.') -%}
        {%- elif rule.type == 'true or false' and value is not boolean -%}
            {%- do errors.append(here ~ ' must be true or false, found ' ~ (value | tojson) ~ '.') -%}
        {%- elif rule.type == 'whole number' and (
            value is not integer or value is boolean or value < rule.least or value > rule.get('most', value)
        ) -%}
            {%- do errors.append(
                here ~ ' must be a whole number from ' ~ rule.least ~ (' to ' ~ rule.most if rule.most else '')
                ~ ', found ' ~ (value | tojson) ~ '.'
            ) -%}
        {%- endif -%}
        {%- set value = rule.get('default') if value is none or errors | length > count else value -%}
        {%- if rule.type == 'duration' -%}
            {%- do options.update({
                key ~ '_seconds': waymark.duration_seconds(here, value, errors) if value is not none else none,
            }) -%}
        {%- else -%}
            {%- do options.update({key: value}) -%}
        {%- endif -%}
    {%- endfor -%}
    {{ return(options) }}
{% endmacro %}
