{% macro channel_rules_version() %}
    {%- set channels = ref('traffic_channels') -%}
    {%- if not waymark._can_ask() or load_relation(channels) is none -%}
        {{ return('') }}
    {%- endif -%}
    {{ return(run_query('select max(rules_version) from ' ~ channels).rows[0][0] or '') }}
{% endmacro %}
