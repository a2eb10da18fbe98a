{% macro katz_bound(successes_1, trials_1, successes_2, trials_2, side) -%}
    {%- set x1, n1 = waymark._double(successes_1), waymark._double(trials_1) -%}
    {%- set x2, n2 = waymark._double(successes_2), waymark._double(trials_2) -%}
    case
        when
            {{ waymark._are_counts(successes_1, trials_1) }} and {{ waymark._are_counts(successes_2, trials_2) }}
            and {{ successes_1 }} > 0 and {{ successes_2 }} > 0
            then {{ x1 }} / {{ n1 }} / ({{ x2 }} / {{ n2 }}) * exp({{ '-' if side == 'lower' else '' }}1.959963984540054 * sqrt(
                ({{ n1 }} - {{ x1 }}) / ({{ n1 }} * {{ x1 }}) + ({{ n2 }} - {{ x2 }}) / ({{ n2 }} * {{ x2 }})
            ))
    end
{%- endmacro %}
