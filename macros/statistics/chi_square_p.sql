{% macro chi_square_p(statistic, degrees_of_freedom) -%}
    {#- Repeated integration by parts: the exponential times a finite sum for even degrees of freedom, for odd
        ones the normal tails before it. -#}
    {%- set x = waymark._double(statistic) -%}
    {%- set tails = '2 * ' ~ waymark._normal_tail('sqrt(' ~ x ~ ')') -%}
    {%- set even = 'exp(' ~ x ~ ' / -2) * ' ~ waymark._chi_square_sum(x, degrees_of_freedom, 2) -%}
    {%- set odd = 'exp(' ~ x ~ ' / -2) * sqrt(' ~ x ~ ') * 0.7978845608028654 * '
        ~ waymark._chi_square_sum(x, degrees_of_freedom, 3) -%}
    case
        when {{ x }} >= 0 and {{ degrees_of_freedom }} in ({{ range(1, 21) | join(', ') }}) then
            case
                when {{ x }} > 1400 then 0
                when {{ degrees_of_freedom }} in ({{ range(2, 21, 2) | join(', ') }}) then least(1, {{ even }})
                when {{ degrees_of_freedom }} = 1 then {{ tails }}
                else least(1, {{ tails }} + {{ odd }})
            end
    end
{%- endmacro %}
