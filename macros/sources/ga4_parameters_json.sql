{% macro ga4_parameters_json() %}
    {{ return(adapter.dispatch('ga4_parameters_json', 'waymark')()) }}
{% endmacro %}

{# JSON has no NaN and no infinity: they become null. #}
{% macro default__ga4_parameters_json() -%}
    '{' || coalesce(array_to_string(
        list_transform(
            list_filter(event_params, lambda p: p.key is not null),
            lambda p: to_json(p.key) || ':' || coalesce(
                cast(to_json(p.value.string_value) as varchar),
                cast(p.value.int_value as varchar),
                case when isfinite(p.value.float_value) then cast(p.value.float_value as varchar) end,
                case when isfinite(p.value.double_value) then cast(p.value.double_value as varchar) end,
                'null'
            )
        ), ','
    ), '') || '}'
{%- endmacro %}
