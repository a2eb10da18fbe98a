{% macro may_query() %}
    {#- Whether the database can be asked now: not while parsing, nor in `dbt compile --no-introspect`. -#}
    {{ return(execute and flags.INTROSPECT != false) }}
{% endmacro %}
