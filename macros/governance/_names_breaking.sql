{% macro _names_breaking(rule_name, model, column_name, rules) %}
    {%- set rule = rules[rule_name] -%}
    with

    names as (

        select
            {{ column_name }} as object_name,
            {{ waymark.snake_case_name(column_name) }} as snake_case_name,
            count(*) as row_count
        from {{ model }}
        where {{ column_name }} is not null
        group by 1, 2

    )

    select
        object_name,
        row_count,
        {{ waymark.text_literal(rule.message) }} as message,
        cast({{ rule.suggestion }} as {{ dbt.type_string() }}) as suggestion
    from names
    where {{ rule.is_broken }}
{% endmacro %}
