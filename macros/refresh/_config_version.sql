{% macro _config_version() %}
    {#- Of all definitions that tables of several steps are made from. -#}
    {%- set given = waymark.load_config().given -%}
    {{ return(local_md5([given.goals, given.funnels, given.cohorts, given.experiments] | tojson)) }}
{% endmacro %}
