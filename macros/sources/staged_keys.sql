{% macro staged_keys() %}
    {#- Integers to join on in place of texts, by column. Below zero: an id that serves for one day, because
        its source gives it for no longer or the person denied consent. Who denied is no user. -#}
    {%- set event_date = waymark.period_start(
        waymark.to_local_time('event_at', waymark.load_config().timezone), 'day'
    ) -%}
    {{ return({
        'event_key': waymark.surrogate_key("source_name || '|' || event_id"),
        'device_key': "case when consent_state = 'denied' then -1 * "
            ~ waymark.surrogate_key(
                "'denied|' || cast(" ~ event_date ~ " as " ~ dbt.type_string() ~ ") || '|' || source_name"
                ~ " || '|' || coalesce(anonymous_id, user_id)"
            )
            ~ " when identity_scope = 'day' then -1 * "
            ~ waymark.surrogate_key("'device|' || source_name || '|' || anonymous_id")
            ~ " else " ~ waymark.surrogate_key("'device|' || source_name || '|' || anonymous_id") ~ " end",
        'user_key': "case when consent_state = 'denied' then null else "
            ~ waymark.surrogate_key("'user|' || user_id") ~ " end",
    }) }}
{% endmacro %}
