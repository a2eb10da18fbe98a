{% macro _load_funnels(given, goals, errors) %}
    {%- set known = waymark._configuration_keys('funnels') -%}
    {%- set funnels = {} -%}
    {%- for item in waymark._named_list('funnels', given, errors) -%}
        {%- set path = 'funnels.' ~ item.name -%}
        {%- do waymark._check_keys(path, item, known, errors) -%}
        {%- do funnels.update({item.name: waymark._read_funnel(path, item, errors, goals)}) -%}
    {%- endfor -%}
    {{ return(funnels) }}
{% endmacro %}
