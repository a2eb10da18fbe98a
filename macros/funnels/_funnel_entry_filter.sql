{% macro _funnel_entry_filter(funnel, source, timezone) %}
    {#- date_from and date_to as bounds of event_order; a date_to without a time is that whole day. -#}
    {%- set bounds = [] -%}
    {%- if funnel.date_from -%}
        {%- set start = waymark.to_utc("cast('" ~ funnel.date_from ~ "' as timestamp)", timezone) -%}
        {%- do bounds.append(source.event_order ~ ' >= ' ~ waymark.epoch_us(start) ~ ' * 1000') -%}
    {%- endif -%}
    {%- if funnel.date_to -%}
        {%- set has_time = funnel.date_to | length > 10 -%}
        {%- set end = waymark.to_utc(
            "cast('" ~ funnel.date_to ~ "' as timestamp)" ~ ('' if has_time else " + interval '1 day'"), timezone
        ) -%}
        {%- do bounds.append(
            source.event_order ~ ' < ' ~ '(' ~ waymark.epoch_us(end) ~ (' + 1' if has_time else '') ~ ') * 1000'
        ) -%}
    {%- endif -%}
    {{ return(bounds | join(' and ') or 'true') }}
{% endmacro %}
