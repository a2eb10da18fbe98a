{% macro has_bit(bits, position) %}
    {{ return(adapter.dispatch('has_bit', 'waymark')(bits, position)) }}
{% endmacro %}

{% macro default__has_bit(bits, position) -%}
    (({{ bits }} >> cast({{ position }} as integer)) & 1 = 1)
{%- endmacro %}

{% macro clickhouse__has_bit(bits, position) -%}
    (bitTest({{ bits }}, {{ position }}) = 1)
{%- endmacro %}

{# After the word `struct` its parser takes >> for the end of a type. #}
{% macro spark__has_bit(bits, position) -%}
    (shiftright({{ bits }}, cast({{ position }} as integer)) & 1 = 1)
{%- endmacro %}

{% macro snowflake__has_bit(bits, position) -%}
    (bitand(bitshiftright({{ bits }}, {{ position }}), 1) = 1)
{%- endmacro %}
