{% macro rate(numerator, denominator) -%}
    cast({{ numerator }} as {{ waymark.sql_type('double') }}) / nullif({{ denominator }}, 0)
{%- endmacro %}
