{% macro _config_version() %}
    {#- Of all definitions that tables of several steps are made from. -#}
    {%- set parts = [] -%}
    {%- for key in ['goals', 'funnels', 'cohorts', 'experiments'] -%}{%- do parts.append(waymark.get_config(key)) -%}{%- endfor -%}
    {{ return(local_md5(parts | tojson)) }}
{% endmacro %}
