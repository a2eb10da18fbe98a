{% macro _polynomial(variable, coefficients) -%}
    {#- Horner's scheme; the constant comes first. -#}
    {%- set state = namespace(sum=coefficients[-1] | string) -%}
    {%- for coefficient in coefficients[:-1] | reverse -%}
        {%- set state.sum = '(' ~ state.sum ~ ' * ' ~ variable ~ ' + ' ~ coefficient ~ ')' -%}
    {%- endfor -%}
    {{ state.sum }}
{%- endmacro %}
