{% macro is_person(events) -%}
    {{ events ~ '.traffic_filter is null' if waymark.load_config().exclude_filtered_traffic else 'true' }}
{%- endmacro %}
