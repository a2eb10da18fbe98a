{% macro zone(value, direction, problem, baseline, target) -%}
    {#- Thresholds belong to the zone that is better: a value on the target is on target. -#}
    case
        {% for direction_, better in [('increase', '>='), ('decrease', '<=')] -%}
        when {{ direction }} = '{{ direction_ }}' then
            case
                when {{ value }} {{ better }} {{ target }} then 'on_target'
                when {{ value }} {{ better }} {{ baseline }} then 'on_baseline'
                when {{ value }} {{ better }} {{ problem }} then 'below_baseline'
                when {{ value }} is not null and {{ problem }} is not null then 'problem'
            end
        {% endfor -%}
    end
{%- endmacro %}
