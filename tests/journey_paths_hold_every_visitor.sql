{{ config(enabled=(project_name == 'waymark')) }}

-- Every visitor is in one path of each list, as a converter or not.

with

lists as (

    select
        goal_name,
        path_kind,
        path_steps,
        from_step,
        sum(converters) as converters,
        min(all_converters) as all_converters,
        sum(others) as others,
        min(all_others) as all_others
    from {{ ref('journey_paths') }}
    group by goal_name, path_kind, path_steps, from_step

),

converters as (

    select
        goals.goal_name as goal_name,
        count(distinct {{ waymark.lasting_visitor_key('goal_completions.visitor_key') }})
            as converters
    from {{ ref('goals') }} as goals
    left join {{ ref('goal_completions') }} as goal_completions
        on goals.goal_id = goal_completions.goal_id
    group by 1

),

visitors as (

    select count(*) as visitors from {{ ref('visitors') }}

)

select
    lists.goal_name as goal_name,
    lists.path_kind,
    lists.path_steps,
    lists.from_step,
    lists.converters,
    lists.others
from lists
cross join visitors
left join converters on lists.goal_name = converters.goal_name
where
    lists.converters <> lists.all_converters
    or lists.others <> lists.all_others
    or (
        lists.path_kind <> 'next_step'
        and (
            lists.converters <> converters.converters
            or lists.converters + lists.others <> visitors.visitors
        )
    )
