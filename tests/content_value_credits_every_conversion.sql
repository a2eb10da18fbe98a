{{ config(enabled=(project_name == 'waymark')) }}

-- Every conversion with a page view in the 7 days before is credited once, by both touches.

with

goals as (

    select
        goal_id,
        goal_name
    from {{ ref('goals') }}
    where tier in (1, 2) or (tier = 3 and kind = 'process_milestone')

),

conversions as (

    select
        goals.goal_name as goal_name,
        count(distinct goal_completions.event_id) as conversions
    from {{ ref('goal_completions') }} as goal_completions
    inner join goals on goal_completions.goal_id = goals.goal_id
    inner join {{ ref('int_page_views') }} as page_views
        on
            goal_completions.visitor_key = page_views.visitor_key
            and goal_completions.event_order >= page_views.event_order
    where
        {{ waymark.order_to_us('goal_completions.event_order') }}
        - {{ waymark.order_to_us('page_views.event_order') }} <= {{ 7 * 24 * 3600 * 1000000 }}
    group by 1

),

credits as (

    select
        goal_name,
        sum(first_touch_conversions) as first_touch_conversions,
        sum(any_touch_conversions) as any_touch_conversions,
        min(touched_conversions) as fewest,
        max(touched_conversions) as most
    from {{ ref('content_value') }}
    group by goal_name

)

select
    credits.goal_name as goal_name,
    credits.first_touch_conversions,
    credits.any_touch_conversions,
    conversions.conversions
from credits
left join conversions on credits.goal_name = conversions.goal_name
where
    credits.first_touch_conversions <> coalesce(conversions.conversions, 0)
    or abs(credits.any_touch_conversions - coalesce(conversions.conversions, 0)) > 0.000001
    or credits.fewest <> coalesce(conversions.conversions, 0)
    or credits.most <> coalesce(conversions.conversions, 0)
