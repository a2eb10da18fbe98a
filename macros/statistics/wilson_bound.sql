{% macro wilson_bound(successes, trials, side) -%}
    {#- Wilson (1927) score interval of a proportion, 95 %; `side` is lower or upper. Rounding must not
        leave [0, 1]. -#}
    {%- set z = 1.959963984540054 -%}
    {%- set n = 'cast(' ~ trials ~ ' as ' ~ waymark.sql_type('double') ~ ')' -%}
    {%- set p = '(cast(' ~ successes ~ ' as ' ~ waymark.sql_type('double') ~ ') / ' ~ n ~ ')' -%}
    case
        when {{ waymark._are_counts(successes, trials) }} then
            {{ 'greatest(0, ' if side == 'lower' else 'least(1, ' }}(
                {{ p }} + {{ z ** 2 / 2 }} / {{ n }} {{ '-' if side == 'lower' else '+' }} {{ z }} * sqrt(
                    {{ p }} * (1 - {{ p }}) / {{ n }} + {{ z ** 2 / 4 }} / ({{ n }} * {{ n }})
                )
            ) / (1 + {{ z ** 2 }} / {{ n }}))
    end
{%- endmacro %}
