{% test unique_combination(model, combination_of_columns) %}
    {#- Nulls count as equal: a second row with the same gap is a second row. -#}
    select
        {%- for column in combination_of_columns %}
        {{ column }},
        {%- endfor %}
        count(*) as row_count,
        'More than one row: the grain is broken.' as message
    from {{ model }}
    group by {{ combination_of_columns | join(', ') }}
    having count(*) > 1
{% endtest %}
