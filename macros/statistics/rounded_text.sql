{% macro rounded_text(number, decimals=0) -%}
    {#- Engines differ in how they round a half, and in how a decimal looks as text (52 or 52.0). -#}
    {%- set text = waymark.sql_type('text') -%}
    {%- set parts = 'cast(floor(abs(' ~ number ~ ') * ' ~ 10 ** decimals ~ ' + 0.5) as '
        ~ waymark.sql_type('bigint') ~ ')' -%}
    case when {{ number }} < 0 and {{ parts }} > 0 then '-' else '' end
    {%- if decimals %}
    || cast({{ waymark.whole_division(parts, 10 ** decimals) }} as {{ text }})
    || '.' || substr(cast({{ 10 ** decimals }} + mod({{ parts }}, {{ 10 ** decimals }}) as {{ text }}), 2)
    {%- else %}
    || cast({{ parts }} as {{ text }})
    {%- endif %}
{%- endmacro %}
