{% macro _load_funnels(goals, errors) %}
    {%- set known = waymark._configuration_keys('funnels') -%}
    {%- set funnels = {} -%}
    {%- for item in waymark._named_list('funnels', errors) -%}
        {%- set path = 'funnels.' ~ item.name -%}
        {%- do waymark._check_keys(path, item, known, errors) -%}
        {%- do funnels.update({item.name: waymark._read_funnel(path, item, errors, goals)}) -%}
    {%- endfor -%}
    {{ return(funnels) }}
{% endmacro %}
