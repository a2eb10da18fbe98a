{% macro seed_relation(name) %}
    {%- set relations = waymark.get_config('relations') or {} -%}
    {#- load_config() says what is wrong. -#}
    {%- if relations is not mapping -%}{%- do waymark.load_config() -%}{%- endif -%}
    {%- set given = relations.get(name) -%}
    {%- if given -%}
        {{ return(waymark.source_relation(given)) }}
    {%- elif project_name == 'waymark' -%}
        {{ return(ref(name)) }}
    {%- endif -%}
    {{ return('(' ~ waymark.empty_relation(waymark._configuration_keys('relations')[name].columns) ~ ')') }}
{% endmacro %}
