{% macro thousands_text(number) -%}
    {%- set text = waymark.sql_type('text') -%}
    {%- set whole = 'cast(floor(abs(' ~ number ~ ') + 0.5) as ' ~ dbt.type_bigint() ~ ')' -%}
    (case
        {%- for groups in [2, 1] %}
        {%- set size = 1000 ** groups %}
        when {{ whole }} >= {{ size }} then
            cast({{ waymark.whole_division(whole, size) }} as {{ text }})
            {%- for group in range(groups - 1, -1, -1) %}
            || ',' || right('00' || cast(mod({{ waymark.whole_division(whole, 1000 ** group) }}, 1000) as {{ text }}), 3)
            {%- endfor %}
        {%- endfor %}
        else cast({{ whole }} as {{ text }})
    end)
{%- endmacro %}
