{{ config(enabled=(project_name == 'waymark')) }}

-- Who abandoned a form did so at one of its fields, and is on one kind of device.

with

by_device as (

    select
        form_name,
        case when device_category = 'all' then 'all' else 'each' end as devices,
        sum(abandonments) as abandonments,
        sum(open_units) as open_units,
        sum(case when field_number = 0 then abandoned else 0 end) as abandoned,
        sum(case when field_number = 0 then still_open else 0 end) as still_open,
        sum(case when field_number = 0 then started else 0 end) as started
    from {{ ref('form_funnels') }}
    group by 1, 2

),

units as (

    select
        form_name,
        count(distinct session_key) as units
    from {{ ref('int_form_steps') }}
    group by form_name

)

select
    by_device.form_name as form_name,
    by_device.devices,
    by_device.started,
    units.units
from units
left join by_device on units.form_name = by_device.form_name
where
    by_device.form_name is null
    or by_device.started <> units.units
    or by_device.abandonments <> by_device.abandoned
    or by_device.open_units <> by_device.still_open
