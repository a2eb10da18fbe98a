{% macro is_finite(number) %}
    {{ return(adapter.dispatch('is_finite', 'waymark')(number)) }}
{% endmacro %}

{% macro default__is_finite(number) -%}
    isfinite({{ number }})
{%- endmacro %}

{% macro bigquery__is_finite(number) -%}
    not (is_nan({{ number }}) or is_inf({{ number }}))
{%- endmacro %}
