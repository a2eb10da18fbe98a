{% macro two_proportion_sample_size(rate, changed_rate) -%}
    {#- The quantiles of 97.5 and 80 %. -#}
    {%- set p1, p2 = waymark._double(rate), waymark._double(changed_rate) -%}
    case
        when
            {{ p1 }} between 0 and 1 and {{ p2 }} between 0 and 1 and abs({{ p1 }} - {{ p2 }}) > 0.00000001
            then cast(ceil(power((
                1.959963984540054 * sqrt(({{ p1 }} + {{ p2 }}) * (2 - {{ p1 }} - {{ p2 }}) / 2)
                + 0.8416212335729143 * sqrt({{ p1 }} * (1 - {{ p1 }}) + {{ p2 }} * (1 - {{ p2 }}))
            ) / ({{ p1 }} - {{ p2 }}), 2)) as {{ waymark.sql_type('bigint') }})
    end
{%- endmacro %}
