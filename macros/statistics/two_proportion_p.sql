{% macro two_proportion_p(successes_1, trials_1, successes_2, trials_2) -%}
    {%- set x1, n1 = waymark._double(successes_1), waymark._double(trials_1) -%}
    {%- set x2, n2 = waymark._double(successes_2), waymark._double(trials_2) -%}
    {#- The difference of the rates by its pooled error, without a fraction in a fraction. -#}
    {%- set z -%}
        (abs({{ x1 }} * {{ n2 }} - {{ x2 }} * {{ n1 }}) / sqrt(
            {{ n1 }} * {{ n2 }} * ({{ x1 }} + {{ x2 }}) / ({{ n1 }} + {{ n2 }})
            * ({{ n1 }} - {{ x1 }} + {{ n2 }} - {{ x2 }})
        ))
    {%- endset -%}
    case
        when
            {{ waymark._are_counts(successes_1, trials_1) }} and {{ waymark._are_counts(successes_2, trials_2) }}
            and {{ successes_1 }} + {{ successes_2 }} > 0
            and {{ successes_1 }} + {{ successes_2 }} < {{ trials_1 }} + {{ trials_2 }}
            then 2 * {{ waymark._normal_tail(z) }}
    end
{%- endmacro %}
