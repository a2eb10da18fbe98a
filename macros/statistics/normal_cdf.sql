{% macro normal_cdf(x) -%}
    {%- set x = waymark._double(x) -%}
    (
        case when {{ x }} > 0 then 1 else 0 end
        + case when {{ x }} > 0 then -1 else 1 end * {{ waymark._normal_tail('abs(' ~ x ~ ')') }}
    )
{%- endmacro %}
