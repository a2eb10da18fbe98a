{% macro staged_keys() %}
    {#- Integers to join on in place of texts, by column. Below zero: an id that only lasts a day. -#}
    {{ return({
        'event_key': waymark.surrogate_key("source_name || '|' || event_id"),
        'device_key': "case when identity_scope = 'day' then -1 else 1 end * "
            ~ waymark.surrogate_key("'device|' || source_name || '|' || anonymous_id"),
        'user_key': waymark.surrogate_key("'user|' || user_id"),
    }) }}
{% endmacro %}
