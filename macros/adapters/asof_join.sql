{% macro asof_join(left, right, keys, left_order, right_order, comparison='<=', outer=true) %}
    {%- set technique = waymark.join_technique() -%}
    {%- if technique == 'window' -%}
        {{ return(waymark.default__asof_join(left, right, keys, left_order, right_order, comparison, outer)) }}
    {%- endif -%}
    {{ return(adapter.dispatch('asof_join', 'waymark')(
        left, right, keys, left_order, right_order, comparison, outer
    )) }}
{% endmacro %}

{# Everywhere: a window over both finds the place of the nearest row, and an equality join fetches it. #}
{% macro default__asof_join(left, right, keys, left_order, right_order, comparison, outer) -%}
    {%- set edge = 'current row' if '=' in comparison else '1 following' if '<' in comparison else '1 preceding' -%}
    {%- set joined = 'left join' if outer else 'inner join' -%}
    {{ joined }} (
        select
            {{ keys | join(', ') }},
            looked_up_order,
            max(nearest_order) as nearest_order
        from (
            select
                {{ keys | join(', ') }},
                looked_up_order,
                is_left,
                {{ 'min' if '<' in comparison else 'max' }}(case when is_left = 0 then looked_up_order end) over (
                    partition by {{ keys | join(', ') }}
                    order by looked_up_order
                    range between {% if '<' in comparison -%}
                    {{ edge }} and unbounded following
                    {%- else -%}
                    unbounded preceding and {{ edge }}
                    {%- endif %}
                ) as nearest_order
            from (
                select {{ keys | join(', ') }}, {{ left_order }} as looked_up_order, 1 as is_left
                from {{ left }}
                union all
                select {{ keys | join(', ') }}, {{ right_order }} as looked_up_order, 0 as is_left
                from {{ right }}
            ) as looked_up_orders
        ) as nearest
        where is_left = 1
        group by {{ keys | join(', ') }}, looked_up_order
    ) as {{ right }}_place
        on
            {% for key in keys -%}
            {{ left }}.{{ key }} = {{ right }}_place.{{ key }}
            and {% endfor -%}
            {{ left }}.{{ left_order }} = {{ right }}_place.looked_up_order
    {{ joined }} (select distinct * from {{ right }}) as {{ right }}
        on
            {% for key in keys -%}
            {{ right }}_place.{{ key }} = {{ right }}.{{ key }}
            and {% endfor -%}
            {{ right }}_place.nearest_order = {{ right }}.{{ right_order }}
{%- endmacro %}

{% macro duckdb__asof_join(left, right, keys, left_order, right_order, comparison, outer) -%}
    asof {{ 'left ' if outer }}join {{ right }}
        on
            {% for key in keys -%}
            {{ left }}.{{ key }} = {{ right }}.{{ key }}
            and {% endfor -%}
            {{ left }}.{{ left_order }} {{ comparison }} {{ right }}.{{ right_order }}
{%- endmacro %}

{# Snowflake's is always a left join. #}
{% macro snowflake__asof_join(left, right, keys, left_order, right_order, comparison, outer) -%}
    asof join {{ right }}
        match_condition ({{ left }}.{{ left_order }} {{ comparison }} {{ right }}.{{ right_order }})
        on
            {% for key in keys -%}
            {{ left }}.{{ key }} = {{ right }}.{{ key }}
            {{- ' and ' if not loop.last }}
            {%- endfor %}
{%- endmacro %}

{% macro clickhouse__asof_join(left, right, keys, left_order, right_order, comparison, outer) -%}
    asof {{ 'left' if outer else 'inner' }} join {{ right }}
        on
            {% for key in keys -%}
            {{ left }}.{{ key }} = {{ right }}.{{ key }}
            and {% endfor -%}
            {{ left }}.{{ left_order }} {{ comparison }} {{ right }}.{{ right_order }}
{%- endmacro %}
