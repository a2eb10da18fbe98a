{% macro form_event_names() %}
    {{ return(['form_start', 'form_field', 'form_submit']) }}
{% endmacro %}
