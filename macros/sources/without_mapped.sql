{% macro without_mapped(source, columns) -%}
    {#- The raw row without these columns, whatever its property calls them. -#}
    {%- set patches = [] -%}
    {%- for input in source.inputs or [{'columns': {}}] -%}
        {%- set names = [] -%}
        {%- for column in columns -%}{%- do names.append(input.columns.get(column, column)) -%}{%- endfor -%}
        {%- do patches.append(waymark.text_literal(
            '{' ~ (names + ['waymark_file']) | map('tojson') | map('replace', '\\u0027', "'") | join(': null, ') ~ ': null}'
        )) -%}
    {%- endfor -%}
    {%- if patches | unique | list | length < 2 -%}
        {{ return(waymark.json_merge('raw_row', patches[0])) }}
    {%- endif -%}
    case input_number
        {%- for patch in patches %}
        when {{ loop.index0 }} then {{ waymark.json_merge('raw_row', patch) }}
        {%- endfor %}
    end
{%- endmacro %}
