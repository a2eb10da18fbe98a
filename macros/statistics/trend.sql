{% macro trend(relation, keys, x, y) -%}
    {#- Half a step less, as whole numbers are compared with a smooth curve: 1, as each pair counts for 2. -#}
    {%- set points -%}
        (
            select
                {%- for key in keys %}
                {{ key }},
                {%- endfor %}
                {{ x }} as point_x,
                {{ waymark._double(y) }} as point_y,
                count(*) over (partition by {{ keys | join(', ') }}) as points
            from {{ relation }}
            where {{ x }} is not null and {{ y }} is not null
        )
    {%- endset -%}
    {%- set rises -%}
        abs(sum(case
            when later.point_y > earlier.point_y then 1 when later.point_y < earlier.point_y then -1 else 0
        end))
    {%- endset -%}
    {%- set n = waymark._double('max(earlier.points)') -%}
    select
        {%- for key in keys %}
        earlier.{{ key }} as {{ key }},
        {%- endfor %}
        max(earlier.points) as points,
        min(earlier.point_x) as first_x,
        {{ waymark.quantile('(later.point_y - earlier.point_y) / (later.point_x - earlier.point_x)', 0.5) }} as slope,
        case when {{ rises }} > 1 then {{ rises }} - 1 else 0 end
        / sqrt({{ n }} * ({{ n }} - 1) * (2 * {{ n }} + 5) / 18) as trend_z
    from {{ points }} as earlier
    inner join {{ points }} as later on {{ waymark._equal_keys(keys, 'earlier', 'later') }}
    where earlier.point_x < later.point_x
    group by {% for key in keys %}earlier.{{ key }}{{ ', ' if not loop.last }}{% endfor %}
{%- endmacro %}
