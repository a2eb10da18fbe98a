{%- set config_ = waymark.load_config() %}
{%- set seconds_from_previous = waymark.seconds_between('previous_reached_at', 'reached_at') %}
{%- set seconds_from_first = waymark.seconds_between('entered_at', 'reached_at') %}

with

funnel_definitions as (

    select * from {{ ref('funnel_definitions') }}

),

unit_days as (

    select * from {{ ref('int_funnel_unit_days') }}

),

goal_completions as (

    select * from {{ ref('goal_completions') }}

),

-- one attempt a unit: the deepest; among equals the first to get there, from its latest entry
units as (

    select *
    from (
        select
            *,
            row_number() over (
                partition by funnel_name, visitor_key
                order by depth desc, deepest_at asc, entered_at desc
            ) as attempt_rank
        from unit_days
    ) as ranked
    where attempt_rank = 1

),

sliced as (

    select
        units.*,
        'all' as breakdown_name,
        'all' as breakdown_value
    from units

    {% for funnel in config_.funnels.values() -%}
    {% for property in funnel.breakdowns -%}
    union all

    select
        units.*,
        {{ waymark.text_literal(property) }} as breakdown_name,
        coalesce(
            {{ waymark.json_value('units.dimensions', property) }}, '(not set)'
        ) as breakdown_value
    from units
    where units.funnel_name = {{ waymark.text_literal(funnel.name) }}

    {% endfor -%}
    {% endfor %}
),

slices as (

    select distinct
        funnel_name,
        breakdown_name,
        breakdown_value
    from sliced

    union

    -- a funnel that nobody entered is a funnel of zeros, not a missing one
    select
        funnel_name,
        'all' as breakdown_name,
        'all' as breakdown_value
    from funnel_definitions

),

unit_steps as (

    select
        sliced.funnel_name,
        sliced.breakdown_name,
        sliced.breakdown_value,
        funnel_definitions.step_number,
        sliced.is_immature,
        {% for reached, shift in [('reached_at', 0), ('previous_reached_at', 1)] -%}
        case funnel_definitions.step_number
            {% for step in range(1, 21) -%}
            when {{ step }}
                then {{ 'sliced.step_' ~ (step - shift) ~ '_at' if step > shift else 'null' }}
            {% endfor -%}
        end as {{ reached }},
        {% endfor -%}
        sliced.entered_at
    from sliced
    inner join funnel_definitions
        on
            sliced.funnel_name = funnel_definitions.funnel_name
            and sliced.depth >= funnel_definitions.step_number

),

step_counts as (

    select
        funnel_name,
        breakdown_name,
        breakdown_value,
        step_number,
        count(*) as units_reached,
        sum(case when is_immature then 1 else 0 end) as immature_units_reached,
        {{ waymark.median(seconds_from_previous) }} as median_seconds_from_previous,
        -- whole microseconds first: a sum of fractions depends on the order of the rows
        sum({{ waymark.epoch_us('reached_at') }} - {{ waymark.epoch_us('previous_reached_at') }})
        / 1e6 / count(previous_reached_at) as mean_seconds_from_previous,
        case
            when step_number > 1 then {{ waymark.median(seconds_from_first) }}
        end as median_seconds_from_first
    from unit_steps
    group by funnel_name, breakdown_name, breakdown_value, step_number

),

anonymous_completions as (

    select
        goal_id,
        count(*) as completions_without_unit
    from goal_completions
    where visitor_key is null
    group by goal_id

),

joined as (

    select
        slices.funnel_name,
        slices.breakdown_name,
        slices.breakdown_value,
        funnel_definitions.step_number,
        funnel_definitions.step_name,
        funnel_definitions.goal_name,
        coalesce(entered.units_reached, 0) as units_entered,
        coalesce(reached.units_reached, 0) as units_reached,
        case
            when funnel_definitions.step_number = 1 then coalesce(reached.units_reached, 0)
            else coalesce(previous.units_reached, 0)
        end as previous_units_reached,
        coalesce(entered.immature_units_reached, 0) as immature_units,
        coalesce(reached.immature_units_reached, 0) as immature_units_reached,
        reached.median_seconds_from_previous,
        reached.mean_seconds_from_previous,
        reached.median_seconds_from_first,
        case
            when slices.breakdown_name = 'all'
                then coalesce(anonymous_completions.completions_without_unit, 0)
        end as completions_without_unit
    from slices
    inner join funnel_definitions on slices.funnel_name = funnel_definitions.funnel_name
    {% for alias, step in [
        ('entered', '1'),
        ('previous', 'funnel_definitions.step_number - 1'),
        ('reached', 'funnel_definitions.step_number'),
    ] -%}
    left join step_counts as {{ alias }}
        on
            slices.funnel_name = {{ alias }}.funnel_name
            and slices.breakdown_name = {{ alias }}.breakdown_name
            and slices.breakdown_value = {{ alias }}.breakdown_value
            and {{ alias }}.step_number = {{ step }}
    {% endfor -%}
    left join anonymous_completions on funnel_definitions.goal_id = anonymous_completions.goal_id

),

final as (

    select
        *,
        units_entered - immature_units as mature_units_entered,
        units_reached - immature_units_reached as mature_units_reached,
        previous_units_reached - units_reached as dropped_off
    from joined

)

select

    ---------- ids
    funnel_name,
    breakdown_name,
    breakdown_value,
    step_number,
    step_name,
    goal_name,

    ---------- units
    units_entered,
    units_reached,
    {{ waymark.rate('units_reached', 'units_entered') }} as conversion_rate,
    {{ waymark.rate('units_reached', 'previous_units_reached') }} as step_conversion_rate,
    dropped_off,
    {{ waymark.rate('dropped_off', 'previous_units_reached') }} as drop_off_rate,

    ---------- units whose window has not passed
    cast(immature_units as bigint) as immature_units,
    cast(mature_units_entered as bigint) as mature_units_entered,
    cast(mature_units_reached as bigint) as mature_units_reached,
    {{ waymark.rate('mature_units_reached', 'mature_units_entered') }} as mature_conversion_rate,
    completions_without_unit,

    ---------- time to convert
    median_seconds_from_previous,
    mean_seconds_from_previous,
    median_seconds_from_first

from final
