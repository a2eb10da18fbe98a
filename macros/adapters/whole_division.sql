{% macro whole_division(number, divisor) %}
    {{ return(adapter.dispatch('whole_division', 'waymark')(number, divisor)) }}
{% endmacro %}

{# Of two integers. #}
{% macro postgres__whole_division(number, divisor) -%}
    (({{ number }}) / {{ divisor }})
{%- endmacro %}

{% macro default__whole_division(number, divisor) -%}
    (({{ number }}) // {{ divisor }})
{%- endmacro %}

{% macro clickhouse__whole_division(number, divisor) -%}
    intDiv({{ number }}, {{ divisor }})
{%- endmacro %}

{% macro spark__whole_division(number, divisor) -%}
    (({{ number }}) div {{ divisor }})
{%- endmacro %}

{% macro bigquery__whole_division(number, divisor) -%}
    div({{ number }}, {{ divisor }})
{%- endmacro %}

{# A quotient there is rounded to six decimals, so the rest goes first. #}
{% macro snowflake__whole_division(number, divisor) -%}
    cast((({{ number }}) - mod({{ number }}, {{ divisor }})) / {{ divisor }} as bigint)
{%- endmacro %}
