{{ config(materialized='refreshed') }}

{%- set plan = waymark.rebuild_plan(['funnel_units'], ['goals', 'funnels']) %}
{#- Lower bounds in seconds that a person can name. #}
{%- set bounds = [
    0, 1, 5, 10, 30, 60, 120, 300, 600, 1800, 3600, 7200, 14400, 28800, 43200, 86400, 172800, 259200, 604800,
    1209600, 2592000, 5184000, 7776000, 15552000, 31536000,
] %}
{%- set buckets = [] %}
{%- for bound in bounds %}
    {%- do buckets.append([loop.index, bound, none if loop.last else bounds[loop.index]]) %}
{%- endfor %}

{{ waymark.refresh_header(plan) }}
with

funnel_definitions as (

    select * from {{ ref('funnel_definitions') }}

),

funnel_units as (

    select * from {{ ref('funnel_units') }}

),

funnel_slices as {{ waymark.not_materialized() }}(

    select * from {{ ref('int_funnel_slices') }}

),

buckets as (

    {{ waymark.literal_rows({
        'bucket_number': 'integer',
        'bucket_from_seconds': 'bigint',
        'bucket_to_seconds': 'bigint',
    }, buckets) }}

),

-- how long each unit took from its entry to each later step
unit_steps as (

    select
        funnel_units.funnel_name,
        funnel_units.unit_key,
        funnel_units.pass_number,
        funnel_definitions.step_number,
        {{ waymark.epoch_us(waymark.step_at('funnel_units', 'funnel_definitions.step_number')) }}
        - {{ waymark.epoch_us('funnel_units.entered_at') }} as microseconds
    from funnel_units
    inner join funnel_definitions
        on
            funnel_units.funnel_name = funnel_definitions.funnel_name
            and funnel_units.depth >= funnel_definitions.step_number
    where funnel_definitions.step_number > 1

),

bucketed as (

    select
        funnel_slices.funnel_name as funnel_name,
        funnel_slices.breakdown_name,
        funnel_slices.breakdown_value,
        unit_steps.step_number,
        buckets.bucket_number,
        count(*) as units
    from unit_steps
    inner join funnel_slices
        on
            unit_steps.funnel_name = funnel_slices.funnel_name
            and unit_steps.unit_key = funnel_slices.unit_key
            and unit_steps.pass_number = funnel_slices.pass_number
    inner join buckets
        on
            -- a bucket holds its end, as a window does; the first holds no time at all too
            (
                unit_steps.microseconds > buckets.bucket_from_seconds * 1000000
                or (unit_steps.microseconds = 0 and buckets.bucket_number = 1)
            )
            and (
                unit_steps.microseconds <= buckets.bucket_to_seconds * 1000000
                or buckets.bucket_to_seconds is null
            )
    group by 1, 2, 3, 4, 5

),

slices as (

    select distinct
        funnel_name,
        breakdown_name,
        breakdown_value
    from funnel_slices

),

-- every bucket that the window reaches, empty ones too
final as (

    select
        slices.funnel_name as funnel_name,
        slices.breakdown_name as breakdown_name,
        slices.breakdown_value as breakdown_value,
        funnel_definitions.step_number as step_number,
        funnel_definitions.step_name,
        buckets.bucket_number as bucket_number,
        buckets.bucket_from_seconds,
        buckets.bucket_to_seconds,
        coalesce(bucketed.units, 0) as units,
        sum(coalesce(bucketed.units, 0)) over (
            partition by
                slices.funnel_name,
                slices.breakdown_name,
                slices.breakdown_value,
                funnel_definitions.step_number
            order by buckets.bucket_number
        ) as units_so_far,
        sum(coalesce(bucketed.units, 0)) over (
            partition by
                slices.funnel_name,
                slices.breakdown_name,
                slices.breakdown_value,
                funnel_definitions.step_number
        ) as units_reached
    from slices
    inner join funnel_definitions
        on
            slices.funnel_name = funnel_definitions.funnel_name
            and funnel_definitions.step_number > 1
    inner join buckets
        on
            funnel_definitions.window_seconds > buckets.bucket_from_seconds
            or funnel_definitions.entry = 'any_step'
    left join bucketed
        on
            slices.funnel_name = bucketed.funnel_name
            and slices.breakdown_name = bucketed.breakdown_name
            and slices.breakdown_value = bucketed.breakdown_value
            and funnel_definitions.step_number = bucketed.step_number
            and buckets.bucket_number = bucketed.bucket_number

)

select
    funnel_name,
    breakdown_name,
    breakdown_value,
    step_number,
    step_name,
    bucket_number,
    bucket_from_seconds,
    bucket_to_seconds,
    units,
    cast(units_so_far as bigint) as units_so_far,
    {{ waymark.rate('units', 'units_reached') }} as share,
    {{ waymark.rate('units_so_far', 'units_reached') }} as share_so_far
from final
