{% test micro_goal_count(
    model, min_count=5, max_count=15,
    micro_kinds=['process_milestone', 'secondary_action', 'engagement_threshold']
) %}
    with

    micro_goals as (

        select count(*) as micro_goals
        from {{ model }}
        where kind in (
            {%- for kind in micro_kinds -%}
                {{ waymark.text_literal(kind) }}{{ ', ' if not loop.last }}
            {%- endfor -%}
        )

    )

    select
        micro_goals,
        'Not {{ min_count }} to {{ max_count }} micro goals: add or drop some.' as message
    from micro_goals
    where micro_goals not between {{ min_count }} and {{ max_count }}
{% endtest %}
