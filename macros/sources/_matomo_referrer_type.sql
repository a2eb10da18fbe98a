{% macro _matomo_referrer_type() -%}
    {{ waymark._decoded('referer_type', {
        '1': 'direct', '2': 'search', '3': 'website', '6': 'campaign', '7': 'social', '8': 'ai-assistant',
    }) }}
{%- endmacro %}
