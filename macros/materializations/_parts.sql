{% macro _parts(sql) %}
    {#- The parts of a query that are separated by lines `union all -- next part`. -#}
    {{ return(modules.re.split('(?m)^\\s*union all -- next part\\s*$', sql)) }}
{% endmacro %}
