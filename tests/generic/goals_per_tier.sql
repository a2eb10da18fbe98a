{% test goals_per_tier(model, tier, min_count, max_count) %}
    with

    tier_goals as (

        select count(*) as goals
        from {{ model }}
        where tier = {{ tier }}

    )

    select
        goals,
        'Tier {{ tier }} needs {{ min_count }} to {{ max_count }} goals.' as message
    from tier_goals
    where goals not between {{ min_count }} and {{ max_count }}
{% endtest %}
