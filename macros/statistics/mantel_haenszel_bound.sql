{% macro mantel_haenszel_bound(a, b, c, d, side) -%}
    {%- set a, b, c, d = waymark._double(a), waymark._double(b), waymark._double(c), waymark._double(d) -%}
    {%- set n = 'nullif(' ~ a ~ ' + ' ~ b ~ ' + ' ~ c ~ ' + ' ~ d ~ ', 0)' -%}
    {%- set for_it = a ~ ' * ' ~ d ~ ' / ' ~ n -%}
    {%- set against = b ~ ' * ' ~ c ~ ' / ' ~ n -%}
    {%- set agree = '(' ~ a ~ ' + ' ~ d ~ ') / ' ~ n -%}
    {%- set differ = '(' ~ b ~ ' + ' ~ c ~ ') / ' ~ n -%}
    case
        when sum({{ for_it }}) > 0 and sum({{ against }}) > 0 then
            sum({{ for_it }}) / sum({{ against }}) * exp({{ '-' if side == 'lower' else '' }}1.959963984540054 * sqrt((
                sum({{ agree }} * {{ for_it }}) / (sum({{ for_it }}) * sum({{ for_it }}))
                + sum({{ agree }} * {{ against }} + {{ differ }} * {{ for_it }})
                / (sum({{ for_it }}) * sum({{ against }}))
                + sum({{ differ }} * {{ against }}) / (sum({{ against }}) * sum({{ against }}))
            ) / 2))
    end
{%- endmacro %}
