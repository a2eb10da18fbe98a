{% macro clickhouse_code(code, length) -%}
    {#- A FixedString without a value is full of NUL bytes. -#}
    case
        when {{ waymark.regex_matches(code, '^[A-Z]{' ~ length ~ '}$') }} and {{ code }} <> 'ZZ'
            then {{ code }}
    end
{%- endmacro %}
