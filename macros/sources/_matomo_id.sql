{% macro _matomo_id(column) -%}
    {#- 0 is what Matomo writes where there is nothing; 29.0 is what tools make of a number among nulls. -#}
    nullif({{ waymark.try_cast(column, 'bigint') }}, 0)
{%- endmacro %}
