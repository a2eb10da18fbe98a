{% macro newcombe_bound(successes_1, trials_1, successes_2, trials_2, side) -%}
    {#- How far each rate may be off on its side, put together by squares. -#}
    {%- set sides = ['lower', 'upper'] if side == 'lower' else ['upper', 'lower'] -%}
    {%- set first = '(' ~ waymark._double(successes_1) ~ ' / ' ~ waymark._double(trials_1) ~ ')' -%}
    {%- set second = '(' ~ waymark._double(successes_2) ~ ' / ' ~ waymark._double(trials_2) ~ ')' -%}
    case
        when {{ waymark._are_counts(successes_1, trials_1) }} and {{ waymark._are_counts(successes_2, trials_2) }} then
            {{ 'greatest(-1, ' if side == 'lower' else 'least(1, ' }}
                {{ first }} - {{ second }} {{ '-' if side == 'lower' else '+' }} sqrt(
                    power({{ first }} - {{ waymark.wilson_bound(successes_1, trials_1, sides[0]) }}, 2)
                    + power({{ second }} - {{ waymark.wilson_bound(successes_2, trials_2, sides[1]) }}, 2)
                )
            )
    end
{%- endmacro %}
