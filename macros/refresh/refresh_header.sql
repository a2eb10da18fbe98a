{% macro refresh_header(plan, delete=none, reads_itself=false) -%}
    {#- The plan travels to the materialization in the compiled SQL, where people can read it too. -#}
    {%- set rows = modules.re.sub('\\s+', ' ', delete | string) if plan.is_partial and delete else none -%}
    -- refreshed: {{ dict(plan, delete=rows, reads_itself=reads_itself) | tojson }}
{%- endmacro %}
