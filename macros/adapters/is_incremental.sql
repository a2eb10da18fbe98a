{% macro is_incremental() %}
    {#- dbt's own asks the warehouse; told the answer, either branch compiles without one. -#}
    {%- set assumed = waymark.get_config('assume_incremental') -%}
    {{ return(dbt.is_incremental() if assumed is none else assumed) }}
{% endmacro %}
