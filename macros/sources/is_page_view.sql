{% macro is_page_view(event_name) -%}
    {{ event_name }} in (
        'page_view', 'pageview', '$pageview', 'page', '$mp_web_page_view', '[Amplitude] Page Viewed'
    )
{%- endmacro %}
