{% macro lasting_visitor_key(visitor_key) -%}
    {#- Null for those who cannot be known again on another day: they are nobody who could come back. -#}
    case when {{ visitor_key }} > 0 then {{ visitor_key }} end
{%- endmacro %}
