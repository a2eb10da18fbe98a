{% test expression_is_true(model, expression) %}
    {#- Null is not true. -#}
    with

    checked as (

        select * from {{ model }}

    )

    select checked.*
    from checked
    where case when {{ expression }} then 1 else 0 end = 0
{% endtest %}
