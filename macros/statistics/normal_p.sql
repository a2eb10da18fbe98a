{% macro normal_p(z) -%}
    (2 * {{ waymark._normal_tail('abs(' ~ waymark._double(z) ~ ')') }})
{%- endmacro %}
