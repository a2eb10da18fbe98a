{% macro is_person(events=none) -%}
    {{ 'true' if waymark.get_config('exclude_filtered_traffic') is false
        else (events ~ '.' if events else '') ~ 'traffic_filter is null' }}
{%- endmacro %}
