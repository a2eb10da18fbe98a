{% test goals_ladder_up(model) %}
    {#- Goals without a tier are building blocks and stand outside the tree. -#}
    with

    goals as (

        select * from {{ model }}

    )

    select
        goals.goal_name,
        goals.tier,
        goals.parent_goal_name,
        parents.tier as parent_tier,
        case
            when goals.tier = 1 then 'The north star has no parent: remove it.'
            else 'No parent in the tier above: say which goal it leads to.'
        end as message
    from goals
    left join goals as parents
        on parents.goal_name = goals.parent_goal_name
    where (goals.tier = 1 and goals.parent_goal_name is not null)
        or (goals.tier > 1 and coalesce(parents.tier, 0) <> goals.tier - 1)
{% endtest %}
