{% macro event_property(events, property) %}
    {%- set type = waymark.event_columns().get(property) -%}
    {%- set key = property.removeprefix('properties.') -%}
    {%- if type is none -%}
        {{ return(waymark.json_value(events ~ '.properties', key)) }}
    {%- elif type == 'text' -%}
        {{ return(
            'coalesce(' ~ events ~ '.' ~ property ~ ', ' ~ waymark.json_value(events ~ '.properties', key) ~ ')'
        ) }}
    {%- endif -%}
    {{ return('cast(' ~ events ~ '.' ~ property ~ ' as ' ~ dbt.type_string() ~ ')') }}
{% endmacro %}
