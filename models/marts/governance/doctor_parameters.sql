{{ config(tags=['doctor']) }}

{%- set no_number = waymark.try_cast('property_value', 'double') ~ ' is null' %}
{%- set no_boolean = "lower(property_value) not in ('true', 'false', '1', '0')" %}

with

accepted as (

    select * from {{ ref('int_doctor_rows') }}
    where reject_reason is null

),

tracking_plan as (

    select * from {{ waymark.seed_relation('tracking_plan') }}

),

planned as (

    select
        event_name,
        parameter_name,
        max(case when is_required then 1 else 0 end) = 1 as is_required,
        max(coalesce(min_fill_rate, case when is_required then 1 else 0 end)) as min_fill_rate,
        max(value_type) as value_type
    from tracking_plan
    where parameter_name is not null
    group by event_name, parameter_name

),

planned_events as (

    select distinct event_name
    from tracking_plan
    where event_name <> '*'

),

properties as (

    {{ waymark.json_each('accepted', 'properties', ['event_name', 'event_at']) }}

),

property_counts as (

    select
        event_name,
        property_name as parameter_name,
        count(*) as filled_rows,
        max(event_at) as last_seen_at,
        sum(case when {{ no_number }} then 1 else 0 end) as not_number_rows,
        min(case when {{ no_number }} then property_value end) as not_number,
        sum(case when {{ no_boolean }} then 1 else 0 end) as not_boolean_rows,
        min(case when {{ no_boolean }} then property_value end) as not_boolean
    from properties
    where
        property_value not in ('', '(not set)')
        and property_name <> ''
    group by event_name, property_name

),

{{ waymark.fill_count_ctes(
    'accepted',
    'property_counts',
    sums=['not_number_rows', 'not_boolean_rows'],
    texts=['not_number', 'not_boolean'],
) }},

unplanned as (

    select
        property_counts.event_name as event_name,
        property_counts.parameter_name as parameter_name
    from property_counts
    inner join planned_events on property_counts.event_name = planned_events.event_name
    left join planned
        on
            planned.event_name in (property_counts.event_name, '*')
            and property_counts.parameter_name = planned.parameter_name
    where planned.event_name is null

),

-- what an event may carry by the plan, its own parameters and those of all events
allowed as (

    select
        event_name,
        parameter_name
    from planned
    where event_name <> '*'
    union distinct
    select
        planned_events.event_name as event_name,
        planned.parameter_name as parameter_name
    from planned_events
    cross join planned
    where planned.event_name = '*'

),

nearest as (

    {{ waymark.nearest_names('unplanned', 'allowed', 'parameter_name', ['event_name']) }}

),

listed as (

    select
        event_name,
        parameter_name,
        true as is_planned,
        is_required,
        min_fill_rate,
        value_type
    from planned
    union all
    select
        event_name,
        parameter_name,
        false as is_planned,
        false as is_required,
        null as min_fill_rate,
        null as value_type
    from unplanned

),

measured as (

    select
        listed.event_name as event_name,
        listed.parameter_name as parameter_name,
        listed.is_planned,
        listed.is_required,
        listed.min_fill_rate,
        listed.value_type,
        coalesce(seen_events.filled_rows, 0) as event_rows,
        least(coalesce(seen.filled_rows, 0), coalesce(seen_events.filled_rows, 0)) as filled_rows,
        seen.last_seen_at as last_seen_at,
        case listed.value_type
            when 'number' then coalesce(seen.not_number_rows, 0)
            when 'boolean' then coalesce(seen.not_boolean_rows, 0)
            else 0
        end as wrong_type_rows,
        case listed.value_type
            when 'number' then seen.not_number
            when 'boolean' then seen.not_boolean
        end as wrong_value,
        nearest.nearest_name
    from listed
    left join seen as seen_events
        on
            listed.event_name = seen_events.event_name
            and seen_events.parameter_name = ''
    left join seen
        on
            listed.event_name = seen.event_name
            and listed.parameter_name = seen.parameter_name
    left join nearest
        on
            listed.event_name = nearest.event_name
            and listed.parameter_name = nearest.parameter_name

),

rated as (

    select
        *,
        {{ waymark.rate('filled_rows', 'event_rows') }} as fill_rate,
        event_name || '.' || parameter_name as full_name
    from measured

),

judged as (

    select
        *,
        case
            when not is_planned then 'unplanned'
            when event_rows = 0 then 'not_seen'
            when filled_rows = 0 and is_required then 'missing'
            when filled_rows = 0 then 'not_seen'
            when wrong_type_rows > 0 then 'wrong_type'
            when fill_rate < min_fill_rate then 'below_fill_rate'
            else 'ok'
        end as status
    from rated

),

final as (

    select
        *,
        case status
            when 'missing' then full_name || ' is required, and no row has a value.'
            when 'wrong_type'
                then
                    full_name || ' should be a ' || value_type || ', and comes as "'
                    || wrong_value || '".'
            when 'below_fill_rate'
                then full_name || ' is filled more rarely than the plan asks for.'
            when 'unplanned'
                then
                    full_name || ' is not in the tracking plan.'
                    || coalesce(' Did you mean ' || nearest_name || '?', '')
        end as message
    from judged

)

select
    event_name,
    parameter_name,
    status,
    is_planned,
    is_required,
    filled_rows > 0 as is_seen,
    last_seen_at,
    cast(event_rows as {{ dbt.type_bigint() }}) as event_rows,
    cast(filled_rows as {{ dbt.type_bigint() }}) as filled_rows,
    fill_rate,
    cast(min_fill_rate as {{ waymark.sql_type('double') }}) as min_fill_rate,
    value_type,
    cast(wrong_type_rows as {{ dbt.type_bigint() }}) as wrong_type_rows,
    wrong_value,
    nearest_name,
    message
from final
