{% macro mantel_haenszel_p(a, b, c, d) -%}
    {%- set a, b, c, d = waymark._double(a), waymark._double(b), waymark._double(c), waymark._double(d) -%}
    {%- set n = '(' ~ a ~ ' + ' ~ b ~ ' + ' ~ c ~ ' + ' ~ d ~ ')' -%}
    {%- set exposed, unexposed = '(' ~ a ~ ' + ' ~ b ~ ')', '(' ~ c ~ ' + ' ~ d ~ ')' -%}
    {%- set converted, not_converted = '(' ~ a ~ ' + ' ~ c ~ ')', '(' ~ b ~ ' + ' ~ d ~ ')' -%}
    {#- More than expected, without the rounding of `a - expected`. -#}
    {%- set more = 'sum((' ~ a ~ ' * ' ~ d ~ ' - ' ~ b ~ ' * ' ~ c ~ ') / nullif(' ~ n ~ ', 0))' -%}
    {#- A stratum of one unit has no variance. -#}
    {%- set variance = 'sum(' ~ exposed ~ ' * ' ~ unexposed ~ ' * ' ~ converted ~ ' * ' ~ not_converted
        ~ ' / nullif(' ~ n ~ ' * ' ~ n ~ ' * (' ~ n ~ ' - 1), 0))' -%}
    case when {{ variance }} > 0 then 2 * {{ waymark._normal_tail('(abs(' ~ more ~ ') / sqrt(' ~ variance ~ '))') }} end
{%- endmacro %}
