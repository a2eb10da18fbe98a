{{ config(materialized='refreshed') }}

{%- set timeout_us = waymark.load_config().session_timeout_seconds * 1000000 %}
{%- set plan = waymark.rebuild_plan(['int_form_steps', 'sessions'], ['session_timeout']) %}
{%- set start = "'(start)'" %}
{%- set unit = ['session_key', 'form_name'] %}
{%- set double = waymark.sql_type('double') %}

{{ waymark.refresh_header(plan) }}
with

form_steps as {{ waymark.not_materialized() }}(

    select * from {{ ref('int_form_steps') }}

),

data_end as (

    select max(ended_at) as last_at from {{ ref('sessions') }}

),

---------- a unit is a form in a session: sent, or abandoned, or still open

form_units as (

    select
        session_key,
        form_name,
        {{ waymark.min_by('device_category', ['event_order', 'event_key']) }} as device_category,
        min(event_order) as first_order,
        max(event_order) as last_order,
        max(case when step_name = 'form_submit' then 1 else 0 end) as is_submitted
    from form_steps
    group by session_key, form_name

),

settled_units as (

    select
        form_units.session_key as session_key,
        form_units.form_name as form_name,
        coalesce(form_units.device_category, '(not set)') as device_category,
        form_units.first_order as first_order,
        case
            when form_units.is_submitted = 1 then 'submitted'
            when
                {{ waymark.order_to_us('form_units.last_order') }} + {{ timeout_us }}
                >= {{ waymark.epoch_us('data_end.last_at') }}
                then 'open'
            else 'abandoned'
        end as outcome
    from form_units
    cross join data_end

),

---------- its fields, after the start, which is where everybody is

touches as (

    select
        session_key,
        form_name,
        first_order as event_order,
        0 as place_in_tie,
        cast(0 as {{ waymark.sql_type('bigint') }}) as event_key,
        {{ start }} as field_name
    from settled_units

    union all

    select
        session_key,
        form_name,
        event_order,
        case when step_name = 'form_field' then 1 else 2 end as place_in_tie,
        event_key,
        field_name
    from form_steps
    where step_name <> 'form_start'

),

timed_touches as (

    select
        *,
        row_number() over (
            partition by session_key, form_name
            order by event_order, place_in_tie, event_key
        ) as touch_number,
        lead(event_order) over (
            partition by session_key, form_name
            order by event_order, place_in_tie, event_key
        ) as next_order
    from touches

),

unit_fields as (

    select
        session_key,
        form_name,
        field_name,
        min(touch_number) as first_touch,
        max(touch_number) as last_touch,
        sum(
            {{ waymark.order_to_us('next_order') }} - {{ waymark.order_to_us('event_order') }}
        ) as microseconds
    from timed_touches
    where field_name is not null
    group by session_key, form_name, field_name

),

placed_fields as (

    select
        *,
        row_number() over (partition by session_key, form_name order by first_touch) - 1
            as field_place,
        row_number() over (partition by session_key, form_name order by last_touch desc)
            as place_from_end
    from unit_fields

),

---------- of all devices together, and of each

devices as (

    select
        session_key,
        form_name,
        'all' as device_category,
        outcome
    from settled_units

    union all

    select
        session_key,
        form_name,
        device_category,
        outcome
    from settled_units

),

form_totals as (

    select
        form_name,
        device_category,
        count(*) as started,
        sum(case when outcome = 'submitted' then 1 else 0 end) as submitted,
        sum(case when outcome = 'abandoned' then 1 else 0 end) as abandoned,
        sum(case when outcome = 'open' then 1 else 0 end) as still_open
    from devices
    group by form_name, device_category

),

field_totals as (

    select
        devices.form_name as form_name,
        devices.device_category as device_category,
        placed_fields.field_name as field_name,
        count(*) as reached,
        sum(
            case
                when placed_fields.place_from_end = 1 and devices.outcome = 'abandoned' then 1
                else 0
            end
        ) as abandonments,
        sum(
            case
                when placed_fields.place_from_end = 1 and devices.outcome = 'open' then 1
                else 0
            end
        ) as open_units,
        {{ waymark.quantile('cast(placed_fields.field_place as ' ~ double ~ ')', 0.5) }}
            as median_place,
        {%- for name, fraction in [('median', 0.5), ('p75', 0.75)] %}
        {{ waymark.quantile(
            'cast(placed_fields.microseconds as ' ~ double ~ ') / 1000000', fraction
        ) }} as {{ name }}_seconds{{ ',' if not loop.last }}
        {%- endfor %}
    from devices
    inner join placed_fields
        on
            {%- for key in unit %}
            {{ 'and ' if not loop.first }}devices.{{ key }} = placed_fields.{{ key }}
            {%- endfor %}
    group by 1, 2, 3

),

-- the same number for a field on every device
field_numbers as (

    select
        form_name,
        field_name,
        row_number() over (
            partition by form_name
            order by
                case when field_name = {{ start }} then 0 else 1 end,
                median_place,
                reached desc,
                field_name asc
        ) - 1 as field_number
    from field_totals
    where device_category = 'all'

),

final as (

    select
        field_totals.form_name as form_name,
        field_totals.device_category as device_category,
        field_numbers.field_number as field_number,
        field_totals.field_name as field_name,
        field_totals.reached as reached,
        field_totals.abandonments as abandonments,
        field_totals.open_units as open_units,
        field_totals.reached - field_totals.open_units as settled_units,
        row_number() over (
            partition by field_totals.form_name, field_totals.device_category
            order by field_totals.abandonments desc, field_numbers.field_number asc
        ) as loss_rank,
        field_totals.median_seconds as median_seconds,
        field_totals.p75_seconds as p75_seconds,
        form_totals.started as started,
        form_totals.submitted as submitted,
        form_totals.abandoned as abandoned,
        form_totals.still_open as still_open
    from field_totals
    inner join field_numbers
        on
            field_totals.form_name = field_numbers.form_name
            and field_totals.field_name = field_numbers.field_name
    inner join form_totals
        on
            field_totals.form_name = form_totals.form_name
            and field_totals.device_category = form_totals.device_category

)

select

    ---------- the field
    form_name,
    device_category,
    cast(field_number as integer) as field_number,
    field_name,

    ---------- who left there
    cast(reached as {{ dbt.type_bigint() }}) as reached,
    cast(abandonments as {{ dbt.type_bigint() }}) as abandonments,
    cast(open_units as {{ dbt.type_bigint() }}) as open_units,
    {{ waymark.rate('abandonments', 'settled_units') }} as abandonment_rate,
    {{ waymark.wilson_bound('abandonments', 'settled_units', 'lower') }} as abandonment_rate_low,
    {{ waymark.wilson_bound('abandonments', 'settled_units', 'upper') }} as abandonment_rate_high,
    cast(loss_rank as integer) as loss_rank,

    ---------- how long it took
    cast(median_seconds as {{ double }}) as median_seconds,
    cast(p75_seconds as {{ double }}) as p75_seconds,

    ---------- the whole form
    cast(started as {{ dbt.type_bigint() }}) as started,
    cast(submitted as {{ dbt.type_bigint() }}) as submitted,
    cast(abandoned as {{ dbt.type_bigint() }}) as abandoned,
    cast(still_open as {{ dbt.type_bigint() }}) as still_open,
    {{ waymark.rate('submitted', 'started - still_open') }} as submit_rate

from final
