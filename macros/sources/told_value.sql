{% macro told_value(source, column, names) -%}
    {#- The column that `columns` maps, or the first of these that is not empty. -#}
    {%- set mapped = [] -%}
    {%- for input in source.inputs if input.columns.get(column) -%}
        {%- do mapped.append(
            'case when input_number = ' ~ source.inputs.index(input)
            ~ ' then ' ~ waymark.json_value('raw_row', input.columns[column]) ~ ' end'
        ) -%}
    {%- endfor -%}
    {%- for name in names -%}{%- do mapped.append(waymark.json_value('raw_row', name)) -%}{%- endfor -%}
    coalesce(
        {%- for value in mapped %}
        nullif(trim({{ value }}), ''),
        {%- endfor %}
        cast(null as {{ dbt.type_string() }})
    )
{%- endmacro %}
