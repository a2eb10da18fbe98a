{% macro date_text(date) -%}
    {#- '3 Nov': month names by hand, as each database has its own way to write them. -#}
    cast(extract(day from {{ date }}) as {{ waymark.sql_type('text') }}) || ' ' || case extract(month from {{ date }})
        {%- for month in ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'] %}
        when {{ loop.index }} then '{{ month }}'
        {%- endfor %}
    end
{%- endmacro %}
