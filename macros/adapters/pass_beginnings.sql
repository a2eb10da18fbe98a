{% macro pass_beginnings(keys) %}
    {{ return(adapter.dispatch('pass_beginnings', 'waymark')(keys)) }}
{% endmacro %}

{# Which attempt would begin the next pass is a pointer, followed from the first attempt twice as far in
   each round. Attempts that begin after every earlier pass would have ended need no following: nearly all. #}
{% macro default__pass_beginnings(keys) -%}
    {%- set rounds = 20 -%}
    opened as (

        select
            *,
            coalesce(step_1_order > max(end_order) over (
                partition by {{ keys | join(', ') }}
                order by step_1_order
                range between unbounded preceding and 1 preceding
            ), true) as is_open
        from ended

    ),

    later_attempts as (

        select distinct
            {{ keys | join(', ') }},
            step_1_order,
            is_open
        from opened

    ),

    jump_0 as (

        select distinct
            {% for key in keys -%}
            opened.{{ key }},
            {% endfor -%}
            opened.step_1_order,
            later_attempts.step_1_order as next_order
        from opened
        {{ waymark.asof_join('opened', 'later_attempts', keys, 'end_order', 'step_1_order', '<') }}
        where not later_attempts.is_open

    ),

    begun_0 as (

        select distinct
            {{ keys | join(', ') }},
            step_1_order
        from opened
        where is_open

    ),

    {% for round in range(1, rounds + 1) -%}
    {%- set begun = 'begun_' ~ (round - 1) -%}
    {%- set jump = 'jump_' ~ (round - 1) %}
    begun{{ '_' ~ round if not loop.last }} as (

        select * from {{ begun }}
        union distinct
        select
            {% for key in keys -%}
            {{ jump }}.{{ key }},
            {% endfor -%}
            {{ jump }}.next_order
        from {{ jump }}
        inner join {{ begun }}
            on
                {{ waymark._equal_keys(keys, jump, begun) }}
                and {{ jump }}.step_1_order = {{ begun }}.step_1_order

    )
    {%- if not loop.last %},

    jump_{{ round }} as (

        select
            {% for key in keys -%}
            {{ jump }}.{{ key }},
            {% endfor -%}
            {{ jump }}.step_1_order,
            further.next_order
        from {{ jump }}
        inner join {{ jump }} as further
            on
                {{ waymark._equal_keys(keys, jump, 'further') }}
                and {{ jump }}.next_order = further.step_1_order

    ),

    {% endif -%}
    {% endfor -%}
{%- endmacro %}

{# One walk over the attempts of a unit: each pass begins with the first attempt after the end of the one
   before. Rounds would be a query of millions of nodes, because a CTE is a copy wherever it is read. #}
{% macro clickhouse__pass_beginnings(keys) -%}
    begun as (

        select
            {{ keys | join(', ') }},
            arrayJoin(arrayFold(
                (passes, attempt) -> if(
                    attempt.1 > passes.1, (attempt.2, arrayPushBack(passes.2, attempt.1)), passes
                ),
                arraySort(groupArray((assumeNotNull(step_1_order), assumeNotNull(end_order)))),
                (toInt64(-9223372036854775808), emptyArrayInt64())
            ).2) as step_1_order
        from ended
        group by {{ keys | join(', ') }}

    )
{%- endmacro %}

{% macro spark__pass_beginnings(keys) -%}
    begun as (

        select
            {{ keys | join(', ') }},
            explode(aggregate(
                array_sort(collect_list(struct(step_1_order, end_order))),
                struct(cast(null as bigint) as last_order, cast(array() as array<bigint>) as passes),
                (so_far, attempt) -> case
                    when so_far.last_order >= attempt.step_1_order then so_far
                    else struct(
                        attempt.end_order as last_order,
                        concat(so_far.passes, array(attempt.step_1_order)) as passes
                    )
                end,
                walked -> walked.passes
            )) as step_1_order
        from ended
        group by {{ keys | join(', ') }}

    )
{%- endmacro %}

{# A CTE is run again wherever it is read: rounds would be a query of millions of nodes. The same walk is a
   function that prepare_database() makes; whole numbers reach it as texts, because it has none. #}
{% macro bigquery__pass_beginnings(keys) -%}
    begun as (

        select
            {{ keys | join(', ') }},
            cast(begins as int64) as step_1_order
        from (
            select
                {{ keys | join(', ') }},
                {{ target.schema }}.waymark_pass_beginnings(array_agg(
                    concat(cast(step_1_order as string), ' ', cast(end_order as string)) order by step_1_order
                )) as beginnings
            from ended
            group by {{ keys | join(', ') }}
        ) as walks
        cross join unnest(walks.beginnings) as begins

    )
{%- endmacro %}
