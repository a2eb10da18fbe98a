{% macro mean_ratio_bound(mean_1, standard_error_1, mean_2, standard_error_2, side) -%}
    {#- The error of a quotient to first order. A mean below 0 has no ratio that could be read. -#}
    case
        when {{ mean_1 }} >= 0 and {{ mean_2 }} > 0 then
            {{ mean_1 }} / {{ mean_2 }} {{ '-' if side == 'lower' else '+' }} 1.959963984540054 * sqrt(
                power({{ standard_error_1 }}, 2) + power({{ mean_1 }} / {{ mean_2 }} * {{ standard_error_2 }}, 2)
            ) / {{ mean_2 }}
    end
{%- endmacro %}
