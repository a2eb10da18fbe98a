{% macro fisher_p(relation, keys, a, b, c, d, name='p_value', limit=1000) -%}
    {%- set a, b, c, d = '(' ~ a ~ ')', '(' ~ b ~ ')', '(' ~ c ~ ')', '(' ~ d ~ ')' -%}
    {#- Each possible table is told by its first cell. From one to the next the probability changes by a ratio
        of four counts: their logarithms add up to that of the probability, but for a constant that cancels. -#}
    {%- set least_a = 'greatest(0, ' ~ a ~ ' - ' ~ d ~ ')' -%}
    {%- set most_a = 'least(' ~ a ~ ' + ' ~ b ~ ', ' ~ a ~ ' + ' ~ c ~ ')' -%}
    {%- set bigint = waymark.sql_type('bigint') -%}
    {%- set countable -%}
        {{ a }} >= 0 and {{ b }} >= 0 and {{ c }} >= 0 and {{ d }} >= 0 and {{ most_a }} - {{ least_a }} < {{ limit }}
    {%- endset -%}
    {%- set tables -%}
        (
            select
                {%- for key in keys %}
                {{ key }},
                {%- endfor %}
                {{ a }} as fisher_a,
                {{ b }} as fisher_b,
                {{ c }} as fisher_c,
                {{ d }} as fisher_d,
                case when {{ countable }} then 1 else 0 end as fisher_is_countable,
                cast(case when {{ countable }} then {{ least_a }} else 0 end as {{ bigint }}) as fisher_least_a,
                cast(case when {{ countable }} then {{ most_a }} else 0 end as {{ bigint }}) as fisher_most_a
            from {{ relation }}
        ) as tables_to_test
    {%- endset -%}
    {%- set columns = keys + [
        'fisher_a', 'fisher_b', 'fisher_c', 'fisher_d', 'fisher_is_countable', 'fisher_least_a'
    ] -%}
    select
        {%- for key in keys %}
        {{ key }},
        {%- endfor %}
        case
            when max(fisher_is_countable) = 1 then
                {#- As likely: but for rounding. #}
                sum(case when ln_weight <= ln_observed + 0.0000001 then weight else 0 end) / sum(weight)
        end as {{ name }}
    from (
        select
            {%- for key in keys %}
            {{ key }},
            {%- endfor %}
            fisher_is_countable,
            ln_weight,
            ln_observed,
            {#- Some databases refuse to compute what is too small for a double. #}
            exp(greatest(ln_weight - ln_most, -690)) as weight
        from (
            select
                {%- for key in keys %}
                {{ key }},
                {%- endfor %}
                fisher_is_countable,
                ln_weight,
                max(ln_weight) over (partition by {{ keys | join(', ') }}) as ln_most,
                max(case when possible_a = fisher_a then ln_weight end) over (
                    partition by {{ keys | join(', ') }}
                ) as ln_observed
            from (
                select
                    {%- for key in keys %}
                    {{ key }},
                    {%- endfor %}
                    fisher_is_countable,
                    fisher_a,
                    possible_a,
                    sum(case
                        when possible_a > fisher_least_a then ln(
                            {{ waymark._double('fisher_a + fisher_b + 1 - possible_a') }}
                            * (fisher_a + fisher_c + 1 - possible_a)
                            / {{ waymark._double('possible_a') }}
                            / (fisher_d - fisher_a + possible_a)
                        )
                        else {{ waymark._double(0) }}
                    end) over (
                        partition by {{ keys | join(', ') }}
                        order by possible_a
                        rows between unbounded preceding and current row
                    ) as ln_weight
                from (
                    {{ waymark.number_rows(tables, columns, 'fisher_least_a', 'fisher_most_a', 'possible_a') }}
                ) as possible_tables
            ) as weighed
        ) as compared
    ) as scaled
    group by {{ keys | join(', ') }}
{%- endmacro %}
