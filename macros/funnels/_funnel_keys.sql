{% macro _funnel_keys(funnel) %}
    {{ return(['unit_key', 'held_value'] if funnel.hold_constant else ['unit_key']) }}
{% endmacro %}
