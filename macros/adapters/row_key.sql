{% macro row_key(expression) %}
    {{ return(adapter.dispatch('row_key', 'waymark')(expression)) }}
{% endmacro %}

{# What to join on inside one query; never stored, because engines and versions hash differently. #}
{% macro default__row_key(expression) %}{{ return(expression) }}{% endmacro %}

{# An integer in place of a text halves the time of a funnel. Integers stay as they are, because sorted
   ones sort fast; the type is known when the query is planned. #}
{% macro duckdb__row_key(expression) -%}
    case
        when typeof({{ expression }}) in ('TINYINT', 'SMALLINT', 'INTEGER', 'BIGINT')
            then try_cast({{ expression }} as bigint)
        else cast(hash({{ expression }}) // 2 as bigint)
    end
{%- endmacro %}
