{% macro _refresh_plan_of(sql) %}
    {%- set found = modules.re.search('(?m)^\\s*-- refreshed: (\\{.*\\})\\s*$', sql) -%}
    {{ return(fromjson(found.group(1)) if found else {'is_partial': false, 'is_current': false, 'model': none}) }}
{% endmacro %}
