{% macro scaled_bound(observed, rate, rate_bound, side) -%}
    {#- The score interval of how many there are when each is seen with probability `rate`, and how far the
        count moves with the interval of that rate; the two are put together by their squares. -#}
    {%- set z = 1.959963984540054 -%}
    {%- set sign = '-' if side == 'lower' else '+' -%}
    {%- set unseen = '(' ~ z ** 2 ~ ' * (1 - ' ~ rate ~ '))' -%}
    {%- set scaled = '(' ~ observed ~ ' / ' ~ rate ~ ')' -%}
    {%- set by_rate = '(' ~ observed ~ ' / ' ~ rate_bound ~ ' - ' ~ scaled ~ ')' -%}
    {%- set by_chance = '((sqrt(' ~ unseen ~ ' * ' ~ observed ~ ' + ' ~ unseen ~ ' * ' ~ unseen ~ ' / 4) '
        ~ sign ~ ' ' ~ unseen ~ ' / 2) / ' ~ rate ~ ')' -%}
    case
        when {{ rate }} > 0 and {{ rate_bound }} > 0 then
            greatest({{ observed }}, {{ scaled }} {{ sign }} sqrt(
                {{ by_rate }} * {{ by_rate }} + {{ by_chance }} * {{ by_chance }}
            ))
    end
{%- endmacro %}
