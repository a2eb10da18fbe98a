{% macro _bigquery_type(shape) %}
    {#- {key: type} is a struct, [shape] a list of it. -#}
    {%- if shape is string -%}
        {{ return({'VARCHAR': 'string', 'BIGINT': 'int64', 'DOUBLE': 'float64', 'BOOLEAN': 'bool'}[shape]) }}
    {%- elif shape is mapping -%}
        {%- set fields = [] -%}
        {%- for key, inner in shape.items() -%}
            {%- do fields.append(key ~ ' ' ~ waymark._bigquery_type(inner)) -%}
        {%- endfor -%}
        {{ return('struct<' ~ (fields | join(', ')) ~ '>') }}
    {%- endif -%}
    {{ return('array<' ~ waymark._bigquery_type(shape[0]) ~ '>') }}
{% endmacro %}
