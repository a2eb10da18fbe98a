{% macro _funnel_moment(source) -%}
    {{ source.unit_key }} as unit_key,
            {%- if source.held_value %}
            {{ source.held_value }} as held_value,
            {%- endif %}
            {{ source.event_order }} as event_order
{%- endmacro %}
