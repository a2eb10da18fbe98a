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
                    {{ waymark._asof_frame(comparison) }}
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
            {{ waymark._equal_keys(keys, left, right ~ '_place') }}
            and {{ left }}.{{ left_order }} = {{ right }}_place.looked_up_order
    {{ joined }} (select distinct * from {{ right }}) as {{ right }}
        on
            {{ waymark._equal_keys(keys, right ~ '_place', right) }}
            and {{ right }}_place.nearest_order = {{ right }}.{{ right_order }}
{%- endmacro %}

{% macro duckdb__asof_join(left, right, keys, left_order, right_order, comparison, outer) -%}
    asof {{ 'left' if outer else 'inner' }} join {{ right }}
        on
            {{ waymark._equal_keys(keys, left, right) }}
            and {{ left }}.{{ left_order }} {{ comparison }} {{ right }}.{{ right_order }}
{%- endmacro %}

{# A CTE is run again wherever it is read, so that a chain that reads each link twice doubles with every
   step. Here the nearest row comes along as a struct and each relation is read once. #}
{% macro bigquery__asof_join(left, right, keys, left_order, right_order, comparison, outer) -%}
    {{ 'left join' if outer else 'inner join' }} (
        select distinct
            {{ keys | join(', ') }},
            looked_up_order,
            nearest_row.* except ({{ keys | join(', ') }})
        from (
            select
                {{ keys | join(', ') }},
                looked_up_order,
                is_left,
                {{ 'first_value' if '<' in comparison else 'last_value' }}(right_row ignore nulls) over (
                    partition by {{ keys | join(', ') }}
                    order by looked_up_order
                    {{ waymark._asof_frame(comparison) }}
                ) as nearest_row
            from (
                select {{ keys | join(', ') }}, {{ left_order }} as looked_up_order, 1 as is_left, null as right_row
                from {{ left }}
                union all
                select {{ keys | join(', ') }}, {{ right_order }} as looked_up_order, 0 as is_left, right_rows as right_row
                from {{ right }} as right_rows
            ) as looked_up_orders
        ) as nearest
        where is_left = 1 and nearest_row is not null
    ) as {{ right }}
        on
            {{ waymark._equal_keys(keys, left, right) }}
            and {{ left }}.{{ left_order }} = {{ right }}.looked_up_order
{%- endmacro %}

{# Snowflake's is always a left join. #}
{% macro snowflake__asof_join(left, right, keys, left_order, right_order, comparison, outer) -%}
    asof join {{ right }}
        match_condition ({{ left }}.{{ left_order }} {{ comparison }} {{ right }}.{{ right_order }})
        on
            {{ waymark._equal_keys(keys, left, right) }}
{%- endmacro %}

{% macro clickhouse__asof_join(left, right, keys, left_order, right_order, comparison, outer) -%}
    {{ waymark.duckdb__asof_join(left, right, keys, left_order, right_order, comparison, outer) }}
{%- endmacro %}

{# The row itself goes through the window, as a struct: Spark computes a CTE again for each time it is
   named, and in a chain of joins that would be twice as often for each join. #}
{% macro spark__asof_join(left, right, keys, left_order, right_order, comparison, outer) -%}
    {{ 'left join' if outer else 'inner join' }} (
        select
            {% for key in keys -%}
            looked_up_{{ key }},
            {% endfor -%}
            looked_up_order,
            nearest.found.*
        from (
            select
                {% for key in keys -%}
                looked_up_{{ key }},
                {% endfor -%}
                looked_up_order,
                {{ 'min' if '<' in comparison else 'max' }}(nearest) as nearest
            from (
                select
                    {% for key in keys -%}
                    looked_up_{{ key }},
                    {% endfor -%}
                    looked_up_order,
                    found is null as is_looked_up,
                    {{ 'min' if '<' in comparison else 'max' }}(
                        case when found is not null then struct(looked_up_order, found) end
                    ) over (
                        partition by {% for key in keys %}looked_up_{{ key }}{{ ', ' if not loop.last }}{% endfor %}
                        order by looked_up_order
                        {{ waymark._asof_frame(comparison) }}
                    ) as nearest
                from (
                    select
                        {% for key in keys -%}
                        {{ key }} as looked_up_{{ key }},
                        {% endfor -%}
                        {{ left_order }} as looked_up_order,
                        null as found
                    from {{ left }}
                    union all
                    select
                        {% for key in keys -%}
                        {{ key }},
                        {% endfor -%}
                        {{ right_order }},
                        struct({{ right }}.*)
                    from {{ right }}
                ) as both_orders
            ) as places
            where is_looked_up
            group by all
        ) as looked_up
    ) as {{ right }}
        on
            {{ waymark._equal_keys(keys, left, right, 'looked_up_') }}
            and {{ left }}.{{ left_order }} = {{ right }}.looked_up_order
            {%- if not outer %}
            and {{ right }}.{{ right_order }} is not null
            {%- endif %}
{%- endmacro %}
