{{ config(enabled=(project_name == 'waymark')) }}

-- The steps of a unit are in order, inside the window and the gaps, and as deep as its row says.

with

funnel_definitions as (

    select * from {{ ref('funnel_definitions') }}

),

funnel_units as (

    select * from {{ ref('funnel_units') }}

),

unit_steps as (

    select
        funnel_units.funnel_name,
        funnel_units.unit_key,
        funnel_units.pass_number,
        funnel_units.depth,
        funnel_units.entered_at,
        funnel_units.deepest_at,
        funnel_definitions.step_number,
        funnel_definitions.is_optional,
        funnel_definitions.entry,
        funnel_definitions.window_seconds * 1000000 as window_us,
        coalesce(funnel_definitions.min_gap_seconds, 0) * 1000000 as min_gap_us,
        coalesce(funnel_definitions.max_gap_seconds, funnel_definitions.window_seconds) * 1000000
            as max_gap_us,
        {% for step in ['previous_step', 'step', 'next_step'] -%}
        {{ waymark.step_at('funnel_units', 'funnel_definitions.' ~ step ~ '_number') }}
            as {{ step }}_at{{ ',' if not loop.last }}
        {% endfor %}
    from funnel_units
    inner join funnel_definitions on funnel_units.funnel_name = funnel_definitions.funnel_name

),

timed as (

    select
        *,
        {{ waymark.epoch_us('step_at') }} - {{ waymark.epoch_us('entered_at') }} as us_from_first,
        {{ waymark.epoch_us('step_at') }} - {{ waymark.epoch_us('previous_step_at') }}
            as us_from_previous
    from unit_steps

)

select *
from timed
where
    (step_at is not null and step_number > depth)
    or step_at < entered_at
    or (step_number = depth and step_at is distinct from deepest_at)
    or (
        entry = 'first_step'
        and (
            (step_number = 1 and step_at is distinct from entered_at)
            or (step_at is null and step_number <= depth and not is_optional)
            or (step_at is not null and previous_step_at is null and step_number > 1)
            or us_from_first > window_us
            or us_from_previous not between min_gap_us and max_gap_us
            or step_at > next_step_at
        )
    )
