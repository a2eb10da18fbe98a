{% macro zone_rank(zone) -%}
    {#- 1 is the worst; a goal that cannot be judged is 5. -#}
    case {{ zone }}
        when 'problem' then 1
        when 'below_baseline' then 2
        when 'on_baseline' then 3
        when 'on_target' then 4
        else 5
    end
{%- endmacro %}
