{% macro phi(a, b, c, d) -%}
    {%- set a, b, c, d = waymark._double(a), waymark._double(b), waymark._double(c), waymark._double(d) -%}
    case
        when
            {{ a }} >= 0 and {{ b }} >= 0 and {{ c }} >= 0 and {{ d }} >= 0
            and ({{ a }} + {{ b }}) * ({{ c }} + {{ d }}) * ({{ a }} + {{ c }}) * ({{ b }} + {{ d }}) > 0 then
            greatest(-1, least(1, ({{ a }} * {{ d }} - {{ b }} * {{ c }}) / sqrt(
                ({{ a }} + {{ b }}) * ({{ c }} + {{ d }}) * ({{ a }} + {{ c }}) * ({{ b }} + {{ d }})
            )))
    end
{%- endmacro %}
