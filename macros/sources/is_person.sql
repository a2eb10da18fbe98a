{% macro is_person(events) -%}
    {{ 'true' if waymark.get_config('exclude_filtered_traffic') is false else events ~ '.traffic_filter is null' }}
{%- endmacro %}
