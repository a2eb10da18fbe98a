{% macro seconds_between(earlier, later) %}
    {{ return(adapter.dispatch('seconds_between', 'waymark')(earlier, later)) }}
{% endmacro %}

{% macro postgres__seconds_between(earlier, later) -%}
    cast(extract(epoch from {{ later }} - {{ earlier }}) as double precision)
{%- endmacro %}

{# Elapsed time with its fraction; `datediff` would count boundaries. #}
{% macro default__seconds_between(earlier, later) -%}
    (({{ waymark.epoch_us(later) }} - {{ waymark.epoch_us(earlier) }}) / 1e6)
{%- endmacro %}

{% macro spark__seconds_between(earlier, later) -%}
    ((unix_micros({{ later }}) - unix_micros({{ earlier }})) / 1e6)
{%- endmacro %}

{% macro bigquery__seconds_between(earlier, later) -%}
    (timestamp_diff({{ later }}, {{ earlier }}, microsecond) / 1e6)
{%- endmacro %}

{% macro snowflake__seconds_between(earlier, later) -%}
    (datediff('microsecond', {{ earlier }}, {{ later }}) / 1e6)
{%- endmacro %}
