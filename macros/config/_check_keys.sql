{% macro _check_keys(path, mapping, allowed, errors) %}
    {%- for key in mapping if key not in allowed -%}
        {%- do errors.append(
            path ~ ' has the unknown key ' ~ key ~ '. Known keys: ' ~ (allowed | join(', ')) ~ '.'
            ~ waymark._did_you_mean(key, allowed)
        ) -%}
    {%- endfor -%}
{% endmacro %}
