{% macro always_valid_bound(difference, standard_error, units_1, units_2, side) -%}
    {#- 5.991... = 2 ln(1 / 0.05); (5.991... + ln(5.991...) + 1) / 5000 makes it narrowest at 5,000. -#}
    {%- set n1, n2 = waymark._double(units_1), waymark._double(units_2) -%}
    {%- set ratio = '(0.001756360085606575 * ' ~ n1 ~ ' * ' ~ n2 ~ ' / (' ~ n1 ~ ' + ' ~ n2 ~ '))' -%}
    case
        when {{ units_1 }} > 0 and {{ units_2 }} > 0 then
            {{ difference }} {{ '-' if side == 'lower' else '+' }} {{ standard_error }} * sqrt(
                (1 + {{ ratio }}) / {{ ratio }} * (5.991464547107982 + ln(1 + {{ ratio }}))
            )
    end
{%- endmacro %}
