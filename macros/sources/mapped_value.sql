{% macro mapped_value(source, column) -%}
    {#- Properties of one source may call a column by different names. -#}
    {%- set names = [] -%}
    {%- for input in source.inputs -%}{%- do names.append(input.columns.get(column, column)) -%}{%- endfor -%}
    {%- if names | unique | list | length < 2 -%}
        {{ return(waymark.json_value('raw_row', names[0] if names else column)) }}
    {%- endif -%}
    case input_number
        {%- for name in names %}
        when {{ loop.index0 }} then {{ waymark.json_value('raw_row', name) }}
        {%- endfor %}
    end
{%- endmacro %}
