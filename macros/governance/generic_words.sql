{% macro generic_words() %}
    {{ return([
        'action', 'activity', 'button', 'click', 'clicked', 'conversion', 'cta', 'custom', 'element',
        'event', 'generic', 'goal', 'interaction', 'link', 'misc', 'null', 'object', 'other',
        'submit', 'submitted', 'tap', 'tapped', 'test', 'thing', 'track', 'trigger', 'triggered',
        'undefined', 'unknown', 'untitled',
    ]) }}
{% endmacro %}
