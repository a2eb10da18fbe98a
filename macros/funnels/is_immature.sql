{% macro is_immature(funnels, entered_at) -%}
    {#- The window of a unit that entered then was not over when the data end. -#}
    {{ waymark.epoch_us(entered_at) }} + case
        {%- for funnel in funnels %}
        when funnel_name = {{ waymark.text_literal(funnel.name) }} then {{ funnel.window_seconds * 1000000 }}
        {%- else %}
        when true then 0
        {%- endfor %}
    end > (select {{ waymark.epoch_us('max(last_events.event_at)') }} from {{ ref('events') }} as last_events)
{%- endmacro %}
