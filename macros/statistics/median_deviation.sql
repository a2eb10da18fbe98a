{% macro median_deviation(relation, keys, value) -%}
    {%- set measured -%}
        (
            select
                {%- for key in keys %}
                {{ key }},
                {%- endfor %}
                {{ waymark._double(value) }} as measured_value
            from {{ relation }}
            where {{ value }} is not null
        )
    {%- endset -%}
    select
        {%- for key in keys %}
        measured.{{ key }} as {{ key }},
        {%- endfor %}
        count(*) as value_count,
        max(medians.middle) as median_value,
        {{ waymark.quantile('abs(measured.measured_value - medians.middle)', 0.5) }} as median_deviation
    from {{ measured }} as measured
    inner join (
        select
            {%- for key in keys %}
            {{ key }},
            {%- endfor %}
            {{ waymark.quantile('measured_value', 0.5) }} as middle
        from {{ measured }} as measured
        group by {{ keys | join(', ') }}
    ) as medians on {{ waymark._equal_keys(keys, 'measured', 'medians') }}
    group by {% for key in keys %}measured.{{ key }}{{ ', ' if not loop.last }}{% endfor %}
{%- endmacro %}
