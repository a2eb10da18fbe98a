{% macro mantel_haenszel_odds_ratio(a, b, c, d) -%}
    {%- set a, b, c, d = waymark._double(a), waymark._double(b), waymark._double(c), waymark._double(d) -%}
    {%- set n = 'nullif(' ~ a ~ ' + ' ~ b ~ ' + ' ~ c ~ ' + ' ~ d ~ ', 0)' -%}
    (sum({{ a }} * {{ d }} / {{ n }}) / nullif(sum({{ b }} * {{ c }} / {{ n }}), 0))
{%- endmacro %}
