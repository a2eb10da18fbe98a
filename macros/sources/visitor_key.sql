{% macro visitor_key(events, aliases, identity) -%}
    {#- Who it was: the user, or the one that the device belongs to, or the device. -#}
    {% if identity == 'user' -%}
    coalesce({{ events }}.user_key, {{ aliases }}.user_key, {{ events }}.device_key)
    {%- else -%}
    coalesce({{ events }}.device_key, {{ events }}.user_key)
    {%- endif %}
{%- endmacro %}
