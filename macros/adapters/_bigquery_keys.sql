{% macro _bigquery_keys(json) -%}
    {#- Names of the members of an object; json_keys() quotes those that are no plain words. -#}
    array(
        select coalesce(json_value(safe.parse_json(quoted)), quoted)
        from unnest(json_keys({{ json }}, 1)) as quoted
    )
{%- endmacro %}
