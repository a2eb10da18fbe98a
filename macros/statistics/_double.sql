{% macro _double(expression) -%}
    cast({{ expression }} as {{ waymark.sql_type('double') }})
{%- endmacro %}
