{% macro _check_keys(path, mapping, allowed, errors, later={}) %}
    {%- for key in mapping -%}
        {%- if key in later and mapping[key] not in later[key] -%}
            {%- do errors.append(
                path ~ '.' ~ key ~ ': ' ~ (mapping[key] | tojson) ~ ' is not available in this version of Waymark. '
                ~ ('Write ' ~ later[key] | join(' or ') ~ ', or remove the key.' if later[key] else 'Remove the key.')
            ) -%}
        {%- elif key not in allowed and key not in later -%}
            {%- do errors.append(
                path ~ ' has the unknown key ' ~ key ~ '. Known keys: '
                ~ ((allowed + later.keys() | list) | join(', ')) ~ '.'
                ~ waymark._did_you_mean(key, allowed + later.keys() | list)
            ) -%}
        {%- endif -%}
    {%- endfor -%}
{% endmacro %}
