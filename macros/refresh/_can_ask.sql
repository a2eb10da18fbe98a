{% macro _can_ask() %}
    {#- Not while parsing, in a unit test, or where the SQL is compiled without a database. -#}
    {{ return(
        execute and model.resource_type == 'model' and waymark.get_config('assume_incremental') is none
    ) }}
{% endmacro %}
