{% macro bits_of(position) %}
    {{ return(adapter.dispatch('bits_of', 'waymark')(position)) }}
{% endmacro %}

{# An aggregate: a number with the bits at all positions set. #}
{% macro default__bits_of(position) -%}
    bit_or(cast(1 as bigint) << cast({{ position }} as integer))
{%- endmacro %}

{% macro clickhouse__bits_of(position) -%}
    groupBitOr(bitShiftLeft(toInt64(1), {{ position }}))
{%- endmacro %}

{% macro snowflake__bits_of(position) -%}
    bitor_agg(bitshiftleft(1, {{ position }}))
{%- endmacro %}
