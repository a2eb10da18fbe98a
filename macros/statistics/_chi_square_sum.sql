{% macro _chi_square_sum(statistic, degrees_of_freedom, least) -%}
    {#- 1 + x/k (1 + x/(k+2) (1 + ...)), from the inside; whether a term counts is known here for a number,
        else the database looks. -#}
    {%- set number = degrees_of_freedom | string | trim -%}
    {%- set known = (number | int) if number.isdigit() else none -%}
    {%- set state = namespace(sum='1') -%}
    {%- for divisor in range(least, 19, 2) | reverse -%}
        {%- set term = statistic ~ ' / ' ~ divisor ~ ' * ' -%}
        {%- if known is none -%}
            {%- set term = term ~ 'case when ' ~ degrees_of_freedom ~ ' > ' ~ (divisor + 1)
                ~ ' then ' ~ state.sum ~ ' else 0 end' -%}
            {%- set state.sum = '(1 + ' ~ term ~ ')' -%}
        {%- elif known > divisor + 1 -%}
            {%- set state.sum = '(1 + ' ~ term ~ state.sum ~ ')' -%}
        {%- endif -%}
    {%- endfor -%}
    {{ state.sum }}
{%- endmacro %}
