-- Where does the checkout lose more people on mobile than on desktop?
-- `dbt show --select mobile_against_desktop`
-- Read off: the first row is the step where they differ most. Where 0 is between `difference_low`
-- and `difference_high`, the difference can be chance.
-- Definition: `step_conversion_rate` of the funnel `checkout`, of those who reached the step
-- before, by the device of the entry; 95 % intervals (Newcombe's, from the Wilson intervals of
-- both rates).
with

funnel_steps as (

    select * from {{ ref('funnel_steps') }}

),

rates as (

    select
        step_number,
        step_name,
        breakdown_value as device,
        step_conversion_rate as rate,
        {{ waymark.wilson_bound('units_reached', 'previous_units_reached', 'lower') }} as rate_low,
        {{ waymark.wilson_bound('units_reached', 'previous_units_reached', 'upper') }} as rate_high
    from funnel_steps
    where
        funnel_name = 'checkout'
        and breakdown_name = 'device_category'
        and step_number > 1

),

final as (

    select
        mobile.step_name,
        mobile.rate as mobile_rate,
        desktop.rate as desktop_rate,
        mobile.rate - desktop.rate as difference,
        mobile.rate - desktop.rate
        - sqrt(power(mobile.rate - mobile.rate_low, 2) + power(desktop.rate_high - desktop.rate, 2))
            as difference_low,
        mobile.rate - desktop.rate
        + sqrt(power(mobile.rate_high - mobile.rate, 2) + power(desktop.rate - desktop.rate_low, 2))
            as difference_high
    from rates as mobile
    inner join rates as desktop on mobile.step_number = desktop.step_number
    where
        mobile.device = 'mobile'
        and desktop.device = 'desktop'

)

select * from final
order by abs(difference) desc
