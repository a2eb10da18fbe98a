{% macro robust_z(value, median_value, median_deviation) -%}
    (({{ waymark._double(value) }} - {{ median_value }}) / nullif(1.4826 * {{ waymark._double(median_deviation) }}, 0))
{%- endmacro %}
