{% macro clickhouse_code(column, length) -%}
    {#- A FixedString without a value is full of NUL bytes. -#}
    {%- set code = waymark.json_value('raw_row', column) -%}
    case
        when {{ waymark.regex_matches(code, '^[A-Z]{' ~ length ~ '}$') }} and {{ code }} <> 'ZZ'
            then {{ code }}
    end
{%- endmacro %}
