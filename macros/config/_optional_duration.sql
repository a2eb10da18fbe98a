{% macro _optional_duration(path, mapping, key, errors) %}
    {%- if mapping.get(key) is none -%}{{ return(none) }}{%- endif -%}
    {{ return(waymark.duration_seconds(path ~ '.' ~ key, mapping[key], errors)) }}
{% endmacro %}
