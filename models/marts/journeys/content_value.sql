{{ config(materialized='refreshed') }}

{#- How long a view counts, how many pages are told, and below which number none is compared. -#}
{%- set window_us = 7 * 24 * 3600 * 1000000 %}
{%- set most = 50 %}
{%- set min_volume = 30 %}
{%- set double = waymark.sql_type('double') %}
{%- set plan = waymark.rebuild_plan(
    ['goal_completions', 'int_visitor_goals', 'int_visitor_days', 'int_page_views'], ['goals']
) %}

{{ waymark.refresh_header(plan) }}
with

goals as (

    select
        goal_id,
        goal_name
    from {{ ref('goals') }}
    -- a sign-up is a milestone on the way to a business goal
    where tier in (1, 2) or (tier = 3 and kind = 'process_milestone')

),

conversions as (

    select
        goal_completions.goal_id as goal_id,
        goal_completions.visitor_key as visitor_key,
        goal_completions.event_id as event_id,
        goal_completions.event_order as event_order,
        {{ waymark.order_to_us('goal_completions.event_order') }} as completed_us,
        goal_completions.value as value,
        goal_completions.currency as currency
    from {{ ref('goal_completions') }} as goal_completions
    inner join goals on goal_completions.goal_id = goals.goal_id
    where {{ waymark.lasting_visitor_key('goal_completions.visitor_key') }} is not null

),

page_views as {{ waymark.not_materialized() }}(

    select
        visitor_key,
        event_order,
        event_key,
        page_path,
        {{ waymark.order_to_us('event_order') }} as viewed_us
    from {{ ref('int_page_views') }}

),

visitors as (

    select
        visitor_key,
        {{ waymark.order_to_us('min(first_event_order)') }} as first_seen_us,
        {{ waymark.order_to_us('max(last_event_order)') }} as last_seen_us
    from {{ ref('int_visitor_days') }}
    group by visitor_key

),

data_end as (

    select max(last_seen_us) as last_us from visitors

),

---------- the pages with most viewers, and all others as one

counted_pages as (

    select
        page_path,
        count(distinct visitor_key) as viewers
    from page_views
    group by page_path

),

ranked_pages as (

    select
        page_path,
        row_number() over (order by viewers desc, page_path asc) as page_rank
    from counted_pages

),

listed_pages as (

    select
        page_path,
        case when page_rank <= {{ most }} then page_rank else {{ most + 1 }} end as page_number
    from ranked_pages

),

pages as (

    select
        page_number,
        case when page_number <= {{ most }} then min(page_path) else '(other)' end as page_path
    from listed_pages
    group by page_number

),

---------- viewers: who converted in the window after the first view

first_views as (

    select
        page_views.visitor_key as visitor_key,
        listed_pages.page_number as page_number,
        min(page_views.event_order) as event_order
    from page_views
    inner join listed_pages on page_views.page_path = listed_pages.page_path
    group by 1, 2

),

viewers as (

    select
        first_views.visitor_key as visitor_key,
        first_views.page_number as page_number,
        first_views.event_order as event_order,
        {{ waymark.order_to_us('first_views.event_order') }} as viewed_us,
        case
            when
                {{ waymark.order_to_us('first_views.event_order') }} + {{ window_us }}
                <= data_end.last_us
                then 1
            else 0
        end as is_mature
    from first_views
    cross join data_end

),

page_viewers as (

    select
        page_number,
        sum(is_mature) as viewers,
        sum(1 - is_mature) as immature_viewers
    from viewers
    group by page_number

),

viewer_conversions as (

    select
        viewers.page_number as page_number,
        conversions.goal_id as goal_id,
        count(distinct viewers.visitor_key) as converters
    from viewers
    inner join conversions
        on
            viewers.visitor_key = conversions.visitor_key
            and viewers.event_order <= conversions.event_order
    where
        viewers.is_mature = 1
        and conversions.completed_us - viewers.viewed_us <= {{ window_us }}
    group by 1, 2

),

---------- the others: who converted in the window after the first event, of all less the viewers

mature_visitors as (

    select
        visitors.visitor_key as visitor_key,
        visitors.first_seen_us as first_seen_us
    from visitors
    cross join data_end
    where visitors.first_seen_us + {{ window_us }} <= data_end.last_us

),

early_converters as (

    select
        visitor_goals.visitor_key as visitor_key,
        visitor_goals.goal_id as goal_id
    from {{ ref('int_visitor_goals') }} as visitor_goals
    inner join goals on visitor_goals.goal_id = goals.goal_id
    inner join mature_visitors on visitor_goals.visitor_key = mature_visitors.visitor_key
    where
        {{ waymark.order_to_us('visitor_goals.first_event_order') }}
        - mature_visitors.first_seen_us <= {{ window_us }}

),

all_visitors as (

    select count(*) as visitors from mature_visitors

),

all_converters as (

    select
        goal_id,
        count(*) as converters
    from early_converters
    group by goal_id

),

mature_page_visitors as (

    select
        viewers.page_number as page_number,
        count(*) as visitors
    from viewers
    inner join mature_visitors on viewers.visitor_key = mature_visitors.visitor_key
    group by 1

),

early_page_converters as (

    select
        viewers.page_number as page_number,
        early_converters.goal_id as goal_id,
        count(*) as converters
    from viewers
    inner join early_converters on viewers.visitor_key = early_converters.visitor_key
    group by 1, 2

),

---------- credit: each conversion goes to the pages of the window before it

touches as (

    select
        conversions.goal_id as goal_id,
        conversions.event_id as event_id,
        page_views.page_path as page_path,
        min(conversions.value) as value,
        min(page_views.event_order) as event_order,
        {{ waymark.min_by(
            'page_views.event_key', ['page_views.event_order', 'page_views.event_key'], 'bigint'
        ) }} as event_key
    from conversions
    inner join page_views
        on
            conversions.visitor_key = page_views.visitor_key
            and conversions.event_order >= page_views.event_order
    where conversions.completed_us - page_views.viewed_us <= {{ window_us }}
    group by 1, 2, 3

),

shared_touches as (

    select
        goal_id,
        page_path,
        value,
        cast(count(*) over (partition by goal_id, event_id) as {{ double }}) as touched_pages,
        row_number() over (
            partition by goal_id, event_id
            order by event_order, event_key
        ) as touch_number
    from touches

),

page_credits as (

    select
        listed_pages.page_number as page_number,
        shared_touches.goal_id as goal_id,
        sum(1 / shared_touches.touched_pages) as any_touch_conversions,
        sum(cast(shared_touches.value as {{ double }}) / shared_touches.touched_pages)
            as any_touch_value,
        sum(case when shared_touches.touch_number = 1 then 1 else 0 end) as first_touch_conversions,
        sum(case when shared_touches.touch_number = 1 then shared_touches.value end)
            as first_touch_value
    from shared_touches
    inner join listed_pages on shared_touches.page_path = listed_pages.page_path
    group by 1, 2

),

goal_credits as (

    select
        goal_id,
        sum(first_touch_conversions) as touched_conversions
    from page_credits
    group by goal_id

),

-- money of several currencies does not add up
goal_money as (

    select
        goal_id,
        count(distinct currency) as currencies,
        min(currency) as currency
    from conversions
    group by goal_id

),

---------- side by side

counted as (

    select
        goals.goal_name as goal_name,
        pages.page_path as page_path,
        pages.page_number as page_number,
        page_viewers.viewers as viewers,
        page_viewers.immature_viewers as immature_viewers,
        coalesce(viewer_conversions.converters, 0) as converters,
        all_visitors.visitors - coalesce(mature_page_visitors.visitors, 0) as baseline_visitors,
        coalesce(all_converters.converters, 0)
        - coalesce(early_page_converters.converters, 0) as baseline_converters,
        coalesce(goal_credits.touched_conversions, 0) as touched_conversions,
        coalesce(page_credits.first_touch_conversions, 0) as first_touch_conversions,
        coalesce(page_credits.any_touch_conversions, 0) as any_touch_conversions,
        case when goal_money.currencies = 1 then goal_money.currency end as currency,
        {%- for credit in ['first_touch_value', 'any_touch_value'] %}
        case
            when goal_money.currencies > 1 then null
            else coalesce(page_credits.{{ credit }}, 0)
        end as {{ credit }}{{ ',' if not loop.last }}
        {%- endfor %}
    from pages
    cross join goals
    cross join all_visitors
    inner join page_viewers on pages.page_number = page_viewers.page_number
    left join mature_page_visitors on pages.page_number = mature_page_visitors.page_number
    left join viewer_conversions
        on
            pages.page_number = viewer_conversions.page_number
            and goals.goal_id = viewer_conversions.goal_id
    left join all_converters on goals.goal_id = all_converters.goal_id
    left join early_page_converters
        on
            pages.page_number = early_page_converters.page_number
            and goals.goal_id = early_page_converters.goal_id
    left join goal_credits on goals.goal_id = goal_credits.goal_id
    left join page_credits
        on
            pages.page_number = page_credits.page_number
            and goals.goal_id = page_credits.goal_id
    left join goal_money on goals.goal_id = goal_money.goal_id

),

rated as (

    select
        *,
        {{ waymark.rate('converters', 'viewers') }} as conversion_rate,
        {{ waymark.rate('baseline_converters', 'baseline_visitors') }} as baseline_rate
    from counted

),

final as (

    select
        *,
        case
            when viewers < {{ min_volume }} then 'fewer than {{ min_volume }} viewers'
            when baseline_visitors < {{ min_volume }} then 'fewer than {{ min_volume }} others'
        end as not_compared_because
    from rated

)

select

    ---------- the page
    goal_name,
    page_path,
    cast(case when page_number <= {{ most }} then page_number end as integer) as page_rank,

    ---------- who viewed it, and converted in the 7 days after
    cast(viewers as {{ dbt.type_bigint() }}) as viewers,
    cast(immature_viewers as {{ dbt.type_bigint() }}) as immature_viewers,
    cast(converters as {{ dbt.type_bigint() }}) as converters,
    conversion_rate,
    {{ waymark.wilson_bound('converters', 'viewers', 'lower') }} as conversion_rate_low,
    {{ waymark.wilson_bound('converters', 'viewers', 'upper') }} as conversion_rate_high,

    ---------- who did not
    cast(baseline_visitors as {{ dbt.type_bigint() }}) as baseline_visitors,
    cast(baseline_converters as {{ dbt.type_bigint() }}) as baseline_converters,
    baseline_rate,
    case when not_compared_because is null then conversion_rate - baseline_rate end as difference,
    {%- for side in ['lower', 'upper'] %}
    case
        when not_compared_because is null
            then {{ waymark.newcombe_bound(
                'converters', 'viewers', 'baseline_converters', 'baseline_visitors', side
            ) }}
    end as difference_{{ 'low' if side == 'lower' else 'high' }},
    {%- endfor %}
    case
        when not_compared_because is null and converters > 0 and baseline_converters > 0
            then conversion_rate / baseline_rate
    end as ratio,
    {%- for side in ['lower', 'upper'] %}
    case
        when not_compared_because is null
            then {{ waymark.katz_bound(
                'converters', 'viewers', 'baseline_converters', 'baseline_visitors', side
            ) }}
    end as ratio_{{ 'low' if side == 'lower' else 'high' }},
    {%- endfor %}
    not_compared_because,

    ---------- credit
    cast(touched_conversions as {{ dbt.type_bigint() }}) as touched_conversions,
    cast(first_touch_conversions as {{ dbt.type_bigint() }}) as first_touch_conversions,
    cast(any_touch_conversions as {{ double }}) as any_touch_conversions,
    cast(first_touch_value as decimal(33, 4)) as first_touch_value,
    cast(any_touch_value as {{ double }}) as any_touch_value,
    currency

from final
