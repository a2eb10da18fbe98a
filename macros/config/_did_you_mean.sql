{% macro _did_you_mean(name, candidates) %}
    {%- set nearest = waymark._nearest_name(name, candidates) -%}
    {{ return(' Did you mean ' ~ nearest ~ '?' if nearest is not none else '') }}
{% endmacro %}
