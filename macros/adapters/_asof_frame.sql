{% macro _asof_frame(comparison) -%}
    {%- set edge = 'current row' if '=' in comparison else '1 following' if '<' in comparison else '1 preceding' -%}
    range between {{ edge ~ ' and unbounded following' if '<' in comparison else 'unbounded preceding and ' ~ edge }}
{%- endmacro %}
