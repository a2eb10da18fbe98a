{{ config(materialized='refreshed') }}

{%- set tiered = waymark.load_config().goals.values() | rejectattr('tier', 'none') | list %}
{%- set blocks = range([(tiered | length + 59) // 60, 1] | max) | list %}
{%- set plan = waymark.rebuild_plan(['int_visitor_goals', 'visitors'], ['goals']) %}

{{ waymark.refresh_header(plan) }}
with

numbered_goals as (

    select
        goal_id,
        row_number() over (order by goal_id) - 1 as goal_number
    from {{ ref('goals') }}
    where tier is not null

),

-- each is a bit of a number, 60 in each
goal_places as (

    select
        goal_id,
        {{ waymark.whole_division('goal_number', 60) }} as block,
        goal_number - 60 * {{ waymark.whole_division('goal_number', 60) }} as place
    from numbered_goals

),

placed_completions as {{ waymark.not_materialized() }}(

    select
        int_visitor_goals.visitor_key as visitor_key,
        goal_places.block as block,
        goal_places.place as place
    from {{ ref('int_visitor_goals') }} as int_visitor_goals
    inner join goal_places on int_visitor_goals.goal_id = goal_places.goal_id

),

visitor_sets as (

    select
        visitor_key,
        {% for block in blocks -%}
        coalesce({{ waymark.bits_of('case when block = ' ~ block ~ ' then place end') }}, 0)
            as bits_{{ block }}{{ ',' if not loop.last }}
        {% endfor %}
    from placed_completions
    group by visitor_key

),

-- visitors with equal goals are counted together: no visitor is ever joined with another row
goal_sets as (

    select
        {% for block in blocks -%}
        bits_{{ block }},
        {% endfor -%}
        count(*) as visitors
    from visitor_sets
    group by {% for block in blocks %}bits_{{ block }}{{ ', ' if not loop.last }}{% endfor %}

),

set_goals as (

    {% for block in blocks -%}
    select
        {% for other in blocks -%}
        goal_sets.bits_{{ other }} as bits_{{ other }},
        {% endfor -%}
        goal_sets.visitors as visitors,
        goal_places.goal_id as goal_id
    from goal_sets
    cross join goal_places
    where
        {{ waymark.has_bit(
            'goal_sets.bits_' ~ block,
            'case when goal_places.block = ' ~ block ~ ' then goal_places.place end'
        ) }}
    {{ 'union all' if not loop.last }}
    {% endfor %}
),

goal_visitors as (

    select
        goal_id,
        sum(visitors) as visitors
    from set_goals
    group by goal_id

),

shared_visitors as (

    select
        set_goals.goal_id as goal_id,
        others.goal_id as other_goal_id,
        sum(set_goals.visitors) as visitors
    from set_goals
    inner join set_goals as others
        on
            set_goals.goal_id <> others.goal_id
            {% for block in blocks -%}
            and set_goals.bits_{{ block }} = others.bits_{{ block }}
            {% endfor -%}
    group by set_goals.goal_id, others.goal_id

),

everybody as (

    select count({{ waymark.lasting_visitor_key('visitor_key') }}) as visitors
    from {{ ref('visitors') }}

),

counted as (

    select
        shared_visitors.goal_id as goal_id,
        shared_visitors.other_goal_id as other_goal_id,
        cast(goal_visitors.visitors as {{ dbt.type_bigint() }}) as visitors,
        cast(other_visitors.visitors as {{ dbt.type_bigint() }}) as other_visitors,
        cast(shared_visitors.visitors as {{ dbt.type_bigint() }}) as both_visitors,
        cast(everybody.visitors as {{ dbt.type_bigint() }}) as all_visitors
    from shared_visitors
    cross join everybody
    inner join goal_visitors on shared_visitors.goal_id = goal_visitors.goal_id
    inner join goal_visitors as other_visitors
        on shared_visitors.other_goal_id = other_visitors.goal_id

)

select
    goal_id,
    other_goal_id,
    visitors,
    other_visitors,
    both_visitors,
    all_visitors,
    {{ waymark.phi(
        'both_visitors',
        '(visitors - both_visitors)',
        '(other_visitors - both_visitors)',
        '(all_visitors - visitors - other_visitors + both_visitors)'
    ) }} as phi
from counted
