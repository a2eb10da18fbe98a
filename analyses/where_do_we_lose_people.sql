-- The steps that lose the most people, worst first; run it with
-- `dbt show --select where_do_we_lose_people`.
with

funnel_steps as (

    select * from {{ ref('funnel_steps') }}

),

final as (

    select
        funnel_name,
        step_number,
        step_name,
        dropped_off,
        drop_off_rate,
        median_seconds_from_previous
    from funnel_steps
    where
        breakdown_name = 'all'
        and step_number > 1

)

select * from final
order by dropped_off desc
