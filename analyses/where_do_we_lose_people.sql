-- Where do we lose people?
-- `dbt show --select where_do_we_lose_people --limit 20`
-- Read off: the first row is the step that costs the most people. A high rate on few people is
-- less.
-- Definition: reached the required step before but not this one, in their deepest attempt within
-- the window. Those of `immature_units` who have not come so far still have time to go on.
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
        immature_units
    from funnel_steps
    where
        breakdown_name = 'all'
        and step_number > 1
        -- to leave out an optional step is not to drop off
        and not is_optional

)

select * from final
order by dropped_off desc, funnel_name asc, step_number asc
