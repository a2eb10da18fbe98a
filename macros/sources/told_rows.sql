{% macro told_rows(source, rows, names) -%}
    {#- For each column the one that `columns` maps, or the first of these that is not empty. -#}
    {%- set read, told = {}, {} -%}
    {%- for column, theirs in names.items() -%}
        {%- set values = [] -%}
        {%- for input in source.inputs if input.columns.get(column) -%}
            {%- set name = column ~ '_mapped_' ~ loop.index -%}
            {%- do read.update({name: input.columns[column]}) -%}
            {%- do values.append('case when input_number = ' ~ source.inputs.index(input) ~ ' then ' ~ name ~ ' end') -%}
        {%- endfor -%}
        {%- for key in theirs -%}
            {%- do read.update({column ~ '_' ~ loop.index: key}) -%}
            {%- do values.append(column ~ '_' ~ loop.index) -%}
        {%- endfor -%}
        {%- do told.update({column: values}) -%}
    {%- endfor -%}
    select
        told_values.*
        {%- for column, values in told.items() %},
        coalesce(
            {%- for value in values %}
            nullif(trim({{ value }}), ''),
            {%- endfor %}
            cast(null as {{ dbt.type_string() }})
        ) as told_{{ column }}
        {%- endfor %}
    from {{ '(' ~ waymark.with_json_values(rows, 'raw_row', read, blanks=[]) ~ ')' if read else rows }} as told_values
{%- endmacro %}
