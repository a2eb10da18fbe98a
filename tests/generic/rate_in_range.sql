{% test rate_in_range(model, column_name, allow_null=false) %}
    {#- `not (...)` rather than `< 0 or > 1` also catches not-a-number. -#}
    with

    rates as (

        select * from {{ model }}

    )

    select
        rates.*,
        'Not a rate between 0 and 1: check numerator and denominator.' as message
    from rates
    where not ({{ column_name }} >= 0 and {{ column_name }} <= 1)
    {%- if not allow_null %}
        or {{ column_name }} is null
    {%- endif %}
{% endtest %}
