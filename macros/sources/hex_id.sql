{% macro hex_id(text) %}
    {{ return(adapter.dispatch('hex_id', 'waymark')(text)) }}
{% endmacro %}

{# As MySQL's hex() writes it, with 0x or \x before it, or the bytes as DuckDB writes them: bytes that are
   no letters as \xC0. #}
{% macro default__hex_id(text) -%}
    case
        when {{ waymark.regex_matches(text, '^(0x|0X|\\\\x)?[0-9a-fA-F]{16}$') }}
            then lower(right({{ text }}, 16))
        when octet_length(try_cast({{ text }} as blob)) = 8
            then lower(hex(try_cast({{ text }} as blob)))
        else {{ text }}
    end
{%- endmacro %}

{% macro postgres__hex_id(text) -%}
    case
        when {{ waymark.regex_matches(text, '^(0x|0X|\\\\x)?[0-9a-fA-F]{16}$') }}
            then lower(right({{ text }}, 16))
        else {{ text }}
    end
{%- endmacro %}

{% macro snowflake__hex_id(text) -%}
    {{ waymark.postgres__hex_id(text) }}
{%- endmacro %}

{% macro clickhouse__hex_id(text) -%}
    case
        when match({{ text }}, '^(0x|0X|\\\\x)?[0-9a-fA-F]{16}$') then lower(right({{ text }}, 16))
        when length({{ text }}) = 8 then lower(hex({{ text }}))
        else {{ text }}
    end
{%- endmacro %}

{# There bytes are written in base 64. #}
{% macro spark__hex_id(text) -%}
    case
        when {{ text }} rlike '^(0x|0X)?[0-9a-fA-F]{16}$' then lower(right({{ text }}, 16))
        when {{ text }} rlike '^[A-Za-z0-9+/]{11}=$' then lower(hex(unbase64({{ text }})))
        else {{ text }}
    end
{%- endmacro %}

{% macro bigquery__hex_id(text) -%}
    case
        when regexp_contains({{ text }}, r'^(0x|0X)?[0-9a-fA-F]{16}$') then lower(right({{ text }}, 16))
        when regexp_contains({{ text }}, r'^[A-Za-z0-9+/]{11}=$') then to_hex(from_base64({{ text }}))
        else {{ text }}
    end
{%- endmacro %}
