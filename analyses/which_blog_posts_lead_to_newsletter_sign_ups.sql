-- Which blog posts lead to a newsletter sign-up within 7 days?
-- `dbt show --select which_blog_posts_lead_to_newsletter_sign_ups --limit 50`
-- Read off: posts whose interval leaves out the rate of all posts. Of 20 equal posts one does so
-- by chance.
-- Definition: reader and post > newsletter sign-up within 7 days, on whatever page. A sign-up
-- counts for each post that was read in the 7 days before; a reader of three posts is three in
-- `(all posts)`. Intervals are 95 % (Wilson).
with

events as (

    select * from {{ ref('events') }}

),

reads as (

    select
        visitor_id,
        page_path as post,
        event_name,
        event_order
    from events
    where
        event_name = 'page_view'
        and page_path like '/blog/%'

),

-- each sign-up once for each post of the reader
sign_ups as (

    select distinct
        events.visitor_id,
        reads.post,
        events.event_name,
        events.event_order
    from events
    inner join reads on events.visitor_id = reads.visitor_id
    where events.event_name = 'newsletter_subscribed'

),

readings as (

    select * from reads
    union all
    select * from sign_ups

),

posts as (

    {{ waymark.funnel(
        'readings',
        unit=dbt.concat(['visitor_id', "' '", 'post']),
        event_order='event_order',
        step='event_name',
        steps=['page_view', 'newsletter_subscribed'],
        window='7 days',
        breakdowns=['post'],
        breakdown_limit=1000
    ) }}

),

final as (

    select
        case when breakdown_name = 'all' then '(all posts)' else breakdown_value end as post,
        units_entered as readers,
        units_reached as subscribed,
        conversion_rate,
        {{ waymark.wilson_bound('units_reached', 'units_entered', 'lower') }} as interval_low,
        {{ waymark.wilson_bound('units_reached', 'units_entered', 'upper') }} as interval_high
    from posts
    where step_number = 2

)

select * from final
order by conversion_rate desc, post asc
