{% macro theil_sen(relation, keys, x, y, name='slope') -%}
    {%- set points -%}
        (
            select
                {%- for key in keys %}
                {{ key }},
                {%- endfor %}
                {{ waymark._double(x) }} as point_x,
                {{ waymark._double(y) }} as point_y
            from {{ relation }}
            where {{ x }} is not null and {{ y }} is not null
        )
    {%- endset -%}
    {%- set slope = '(later.point_y - earlier.point_y) / (later.point_x - earlier.point_x)' -%}
    select
        {%- for key in keys %}
        earlier.{{ key }} as {{ key }},
        {%- endfor %}
        {{ waymark.quantile(slope, 0.5) }} as {{ name }}
    from {{ points }} as earlier
    inner join {{ points }} as later on {{ waymark._equal_keys(keys, 'earlier', 'later') }}
    where earlier.point_x < later.point_x
    group by {% for key in keys %}earlier.{{ key }}{{ ', ' if not loop.last }}{% endfor %}
{%- endmacro %}
