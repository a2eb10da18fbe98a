{% macro percent_text(rate) -%}
    {{ waymark.rounded_text('(100 * ' ~ rate ~ ')', 1) }} || ' %'
{%- endmacro %}
