{% test no_goal_cycles(model, max_depth=10) %}
    {#- Whoever still has a parent after `max_depth` of them goes round in a circle. Plain joins,
        because not every warehouse has recursion. -#}
    with

    goals as (

        select
            goal_name,
            parent_goal_name
        from {{ model }}

    )

    select
        goal_0.goal_name,
        goal_0.parent_goal_name,
        'More than {{ max_depth }} ancestors, so a circle: change one parent.' as message
    from goals as goal_0
    {%- for level in range(1, max_depth + 1) %}
    inner join goals as goal_{{ level }}
        on goal_{{ level }}.goal_name = goal_{{ level - 1 }}.parent_goal_name
    {%- endfor %}
{% endtest %}
