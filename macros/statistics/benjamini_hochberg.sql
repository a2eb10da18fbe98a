{% macro benjamini_hochberg(relation, columns, p, partition_by=[], name='q_value') -%}
    {#- The least of p * tests / place from this place on; the same p has the last of its places. -#}
    {%- set partition = 'partition by ' ~ partition_by | join(', ') if partition_by else '' -%}
    select
        {%- for column in columns %}
        {{ column }},
        {%- endfor %}
        case
            when tested_p is not null then min(tested_p * tests / nullif(place, 0)) over (
                {{ partition }} order by tested_p desc range between unbounded preceding and current row
            )
        end as {{ name }}
    from (
        select
            {%- for column in columns %}
            {{ column }},
            {%- endfor %}
            {{ waymark._double(p) }} as tested_p,
            count({{ p }}) over ({{ partition }}) as tests,
            count({{ p }}) over (
                {{ partition }} order by {{ waymark._double(p) }} range between unbounded preceding and current row
            ) as place
        from {{ relation }}
    ) as ranked
{%- endmacro %}
