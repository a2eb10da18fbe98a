{% macro _duckdb_type(shape) %}
    {#- {key: type} is a struct, [shape] a list of it. -#}
    {%- if shape is string -%}
        {{ return(shape) }}
    {%- elif shape is mapping -%}
        {%- set fields = [] -%}
        {%- for key, inner in shape.items() -%}
            {%- do fields.append('"' ~ key ~ '" ' ~ waymark._duckdb_type(inner)) -%}
        {%- endfor -%}
        {{ return('STRUCT(' ~ (fields | join(', ')) ~ ')') }}
    {%- endif -%}
    {{ return(waymark._duckdb_type(shape[0]) ~ '[]') }}
{% endmacro %}
