{% macro ga4_parameters_json() %}
    {{ return(adapter.dispatch('ga4_parameters_json', 'waymark')()) }}
{% endmacro %}

{# JSON has no NaN and no infinity: they become null. The items of purchases and refunds are a parameter, as
   they are on the website. #}
{% macro default__ga4_parameters_json() -%}
    '{' || coalesce(array_to_string(
        list_concat(list_transform(
            list_filter(event_params, lambda p: p.key is not null),
            lambda p: to_json(p.key) || ':' || coalesce(
                cast(to_json(p.value.string_value) as varchar),
                cast(p.value.int_value as varchar),
                case when isfinite(p.value.float_value) then cast(p.value.float_value as varchar) end,
                case when isfinite(p.value.double_value) then cast(p.value.double_value as varchar) end,
                'null'
            )
        ), case
            when trim(event_name) in ('purchase', 'refund') and len(items) > 0
                then ['"items":' || {{ waymark._without_nan('cast(to_json(items) as varchar)') }}]
        end), ','
    ), '') || '}'
{%- endmacro %}

{% macro bigquery__ga4_parameters_json() -%}
    concat('{', coalesce((
        select string_agg(
            concat(to_json_string(parameter.key), ':', coalesce(
                case when parameter.value.string_value is not null then to_json_string(parameter.value.string_value) end,
                cast(parameter.value.int_value as string),
                case when {{ waymark.is_finite('parameter.value.float_value') }} then cast(parameter.value.float_value as string) end,
                case when {{ waymark.is_finite('parameter.value.double_value') }} then cast(parameter.value.double_value as string) end,
                'null'
            )), ',' order by position
        )
        from unnest(event_params) as parameter with offset as position
        where parameter.key is not null
    ), ''), case
        when trim(event_name) in ('purchase', 'refund') and array_length(items) > 0
            then concat(
                case when array_length(event_params) > 0 then ',' else '' end, '"items":', to_json_string(items)
            )
        else ''
    end, '}')
{%- endmacro %}
