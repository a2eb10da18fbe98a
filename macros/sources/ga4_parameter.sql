{% macro ga4_parameter(key) %}
    {{ return(adapter.dispatch('ga4_parameter', 'waymark')(key)) }}
{% endmacro %}

{# The slot of a value may differ between events of one key, so all are tried. #}
{% macro default__ga4_parameter(key) -%}
    list_extract(list_transform(
        list_filter(event_params, lambda p: p.key = '{{ key }}'),
        lambda p: coalesce(
            p.value.string_value,
            cast(p.value.int_value as varchar),
            cast(p.value.float_value as varchar),
            cast(p.value.double_value as varchar)
        )
    ), 1)
{%- endmacro %}

{% macro bigquery__ga4_parameter(key) -%}
    (
        select coalesce(
            parameter.value.string_value,
            cast(parameter.value.int_value as string),
            cast(parameter.value.float_value as string),
            cast(parameter.value.double_value as string)
        )
        from unnest(event_params) as parameter with offset as position
        where parameter.key = {{ waymark.text_literal(key) }}
        order by position
        limit 1
    )
{%- endmacro %}
