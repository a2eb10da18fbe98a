{% macro clickhouse_list(text) -%}
    {#- ['it\'s','b'] is what CSV and TSV dumps of ClickHouse have. Escapes become those of JSON before
        the quotes do: a backslash that is escaped escapes nothing itself. -#}
    {%- set changed = namespace(text=text) -%}
    {%- for old, new in [
        ('\\\\', '\\u005c'), ("\\'", '\\u0027'), ('\\0', ''), ('"', '\\u0022'), ("'", '"'),
    ] -%}
        {%- set changed.text = 'replace(' ~ changed.text ~ ', ' ~ waymark.text_literal(old) ~ ', '
            ~ waymark.text_literal(new) ~ ')' -%}
    {%- endfor -%}
    case
        when {{ text }} like {{ waymark.text_literal("['%") }} then {{ changed.text }}
        when {{ text }} like '["%' then {{ text }}
        else '[]'
    end
{%- endmacro %}
