-- Does paid search bring better visitors than organic social, or only other ones?
-- `dbt show --select paid_search_against_organic_social --limit 20`
-- Read off: `(all)` of `(both steps)` is the aggregate. It hides two things. Which step makes it:
-- a channel may bring more people who look and no more who buy once they look. And the mix: if the
-- sign turns round in the devices and in `(same mix)`, where both channels have the devices of the
-- two together, the devices made the aggregate (Simpson's paradox), so believe them. An interval
-- that holds 0 can be chance, the more so of few units.
-- Definition: visit > product view > purchase within 7 days, each of those who reached the step
-- before, by the channel and device of the visitor's first touch; 95 % intervals (normal
-- approximation). For another mix write another column in place of `first_device_category`.
with

events as (

    select * from {{ ref('events') }}

),

visitors as (

    select * from {{ ref('visitors') }}

),

touched as (

    select
        events.visitor_key,
        events.event_order,
        visitors.first_device_category as device,
        case visitors.first_channel when 'Paid Search' then 'paid' else 'social' end as channel,
        case
            when events.event_name in ('view_item', 'purchase') then events.event_name
            when events.is_session_start then 'visit'
        end as step
    from events
    inner join visitors on events.visitor_key = visitors.visitor_key
    where visitors.first_channel in ('Paid Search', 'Organic Social')

),

walked as (

    {{ waymark.funnel(
        'touched',
        unit='visitor_key',
        event_order='event_order',
        step='step',
        steps=['visit', 'view_item', 'purchase'],
        window='7 days',
        breakdowns=[['device', 'channel']],
        breakdown_limit=1000
    ) }}

),

steps as (

    select
        step_number,
        step_name,
        breakdown_value,
        units_reached,
        previous_units_reached as units_before
    from walked
    where
        breakdown_name <> 'all'
        and step_number > 1

    union all

    select
        1 as step_number,
        '(both steps)' as step_name,
        breakdown_value,
        units_reached,
        units_entered as units_before
    from walked
    where
        breakdown_name <> 'all'
        and step_number = 3

),

devices as (

    select
        step_number,
        step_name,
        {{ dbt.split_part('breakdown_value', "', '", 1) }} as device,
        {% for channel in ['paid', 'social'] -%}
        {%- set is_channel = "breakdown_value like '%, " ~ channel ~ "'" -%}
        sum(case when {{ is_channel }} then units_before end) as {{ channel }}_units,
        {{ waymark.rate(
            'sum(case when ' ~ is_channel ~ ' then units_reached end)',
            'sum(case when ' ~ is_channel ~ ' then units_before end)'
        ) }} as {{ channel }}_rate{{ ',' if not loop.last }}
        {% endfor %}
    from steps
    where units_before is not null
    group by 1, 2, 3

),

-- what each device weighs in each of the three ways to put them together
weighted as (

    select
        *,
        device as mix,
        1 as paid_weight,
        1 as social_weight
    from devices

    union all

    select
        *,
        '(all)' as mix,
        {% for channel in ['paid', 'social'] -%}
        {{ waymark.rate(
            channel ~ '_units', 'sum(' ~ channel ~ '_units) over (partition by step_number)'
        ) }} as {{ channel }}_weight{{ ',' if not loop.last }}
        {% endfor %}
    from devices

    union all

    select
        *,
        '(same mix)' as mix,
        {% for channel in ['paid', 'social'] -%}
        {{ waymark.rate(
            '(paid_units + social_units)',
            'sum(paid_units + social_units) over (partition by step_number)'
        ) }} as {{ channel }}_weight{{ ',' if not loop.last }}
        {% endfor %}
    from devices
    -- a mix that both have can only be of devices that both have
    where
        paid_units > 0
        and social_units > 0

),

final as (

    select
        step_number,
        step_name,
        mix as device,
        sum(paid_weight * paid_rate) as paid_rate,
        sum(social_weight * social_rate) as social_rate,
        1.96 * sqrt(
            {% for channel in ['paid', 'social'] -%}
            sum(
                power({{ channel }}_weight, 2)
                * {{ channel }}_rate * (1 - {{ channel }}_rate) / {{ channel }}_units
            ){{ ' +' if not loop.last }}
            {% endfor -%}
        ) as margin
    from weighted
    group by step_number, step_name, mix

)

select
    step_name,
    device,
    paid_rate,
    social_rate,
    paid_rate - social_rate - margin as difference_low,
    paid_rate - social_rate + margin as difference_high
from final
order by step_number, device
