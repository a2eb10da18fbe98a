{% macro staged_keys() %}
    {#- Integers to join on in place of texts, by column. -#}
    {{ return({
        'event_key': waymark.surrogate_key("source_name || '|' || event_id"),
        'device_key': waymark.surrogate_key("'device|' || source_name || '|' || anonymous_id"),
        'user_key': waymark.surrogate_key("'user|' || user_id"),
    }) }}
{% endmacro %}
