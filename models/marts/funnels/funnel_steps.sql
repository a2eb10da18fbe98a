{{ config(materialized='refreshed') }}

{%- set plan = waymark.rebuild_plan(['funnel_units', 'int_funnel_unit_days', 'goal_completions'], ['goals', 'funnels']) %}
{%- set config_ = waymark.load_config() %}
{%- set statistics = ['mean', 'median', 'p75', 'p90', 'p95'] %}
{%- set fractions = {'median': 0.5, 'p75': 0.75, 'p90': 0.9, 'p95': 0.95} %}

{{ waymark.refresh_header(plan) }}
with

funnel_definitions as (

    select * from {{ ref('funnel_definitions') }}

),

funnel_units as {{ waymark.not_materialized() }}(

    select * from {{ ref('funnel_units') }}

),

funnel_slices as {{ waymark.not_materialized() }}(

    select * from {{ ref('int_funnel_slices') }}

),

unit_days as (

    select * from {{ ref('int_funnel_unit_days') }}

),

goal_completions as {{ waymark.not_materialized() }}(

    select * from {{ ref('goal_completions') }}

),

slices as (

    select
        funnel_name,
        breakdown_name,
        breakdown_value,
        count(*) as units_entered,
        sum(case when is_immature then 1 else 0 end) as immature_units
    from (
        select
            funnel_slices.*,
            funnel_units.is_immature
        from funnel_slices
        inner join funnel_units
            on
                funnel_slices.funnel_name = funnel_units.funnel_name
                and funnel_slices.unit_key = funnel_units.unit_key
                and funnel_slices.pass_number = funnel_units.pass_number
    ) as sliced_units
    group by funnel_name, breakdown_name, breakdown_value

    union all

    -- a funnel that nobody entered is a funnel of zeros, not a missing one
    select
        funnel_name,
        'all' as breakdown_name,
        'all' as breakdown_value,
        0 as units_entered,
        0 as immature_units
    from funnel_definitions
    where
        step_number = 1
        and funnel_name not in (select funnel_units.funnel_name from funnel_units)

),

unit_steps as (

    select
        funnel_units.funnel_name,
        funnel_units.unit_key,
        funnel_units.pass_number,
        funnel_definitions.step_number,
        funnel_units.is_immature,
        {% for reached, number in [('reached_at', 'step_number'), ('previous_reached_at', 'previous_step_number')] -%}
        {{ waymark.step_at('funnel_units', 'funnel_definitions.' ~ number) }} as {{ reached }},
        {% endfor -%}
        funnel_units.entered_at
    from funnel_units
    inner join funnel_definitions
        on
            funnel_units.funnel_name = funnel_definitions.funnel_name
            and funnel_units.depth >= funnel_definitions.step_number

),

-- whole microseconds first: a sum of fractions depends on the order of the rows
timed as (

    select
        *,
        {{ waymark.epoch_us('reached_at') }} - {{ waymark.epoch_us('previous_reached_at') }} as us_from_previous,
        case
            when step_number > 1 then {{ waymark.epoch_us('reached_at') }} - {{ waymark.epoch_us('entered_at') }}
        end as us_from_first
    from unit_steps
    where reached_at is not null

),

step_counts as (

    select
        funnel_slices.funnel_name as funnel_name,
        funnel_slices.breakdown_name,
        funnel_slices.breakdown_value,
        timed.step_number,
        count(*) as units_reached,
        count(timed.previous_reached_at) as units_continued,
        sum(case when timed.is_immature then 1 else 0 end) as immature_units_reached
        {%- for since in ['previous', 'first'] %}
        {%- set lag = 'case when timed.us_from_' ~ since ~ ' >= 0 then timed.us_from_' ~ since ~ ' end' %},
        cast(sum({{ lag }}) as {{ waymark.sql_type('double') }})
        / 1e6 / nullif(count({{ lag }}), 0) as mean_seconds_from_{{ since }}
        {%- for name, fraction in fractions.items() %},
        {{ waymark.quantile(lag, fraction) }} / 1e6 as {{ name }}_seconds_from_{{ since }}
        {%- endfor %}
        {%- endfor %}
    from timed
    inner join funnel_slices
        on
            timed.funnel_name = funnel_slices.funnel_name
            and timed.unit_key = funnel_slices.unit_key
            and timed.pass_number = funnel_slices.pass_number
    group by 1, 2, 3, 4

),

-- completions that nobody, or no held value, can be found for
dropped_completions as (

    {% for funnel in config_.funnels.values() -%}
    {%- set source = waymark._funnel_source(funnel, 'goal_completions', 'events') -%}
    {%- set by = "'all'" if funnel.order == 'any' else 'goal_name' -%}
    select
        {{ waymark.text_literal(funnel.name) }} as funnel_name,
        {{ by }} as goal_name,
        count(*) as completions_without_unit
    from goal_completions as completions
    where
        ({{ source.goal_match.values() | join(' or ') }})
        and ({{ source.unit_key }} is null{{ ' or ' ~ source.held_value ~ ' is null' if source.held_value }})
    group by 1, 2
    {{ 'union all' if not loop.last }}

    {% else -%}
    {{ waymark.empty_relation({
        'funnel_name': 'text', 'goal_name': 'text', 'completions_without_unit': 'bigint',
    }) }}

    {% endfor %}
),

-- units that entered, but never without what the exclusions forbid
excluded as (

    select
        funnel_name,
        count(*) as excluded_units
    from (
        select
            funnel_name,
            unit_key
        from unit_days
        group by funnel_name, unit_key
        having min(case when is_excluded then 1 else 0 end) = 1
    ) as never_clean
    group by funnel_name

),

joined as (

    select
        slices.funnel_name as funnel_name,
        slices.breakdown_name as breakdown_name,
        slices.breakdown_value as breakdown_value,
        slices.units_entered,
        slices.immature_units,
        funnel_definitions.step_number as step_number,
        funnel_definitions.step_name,
        funnel_definitions.goal_name as goal_name,
        funnel_definitions.is_optional,
        coalesce(reached.units_reached, 0) as units_reached,
        coalesce(reached.immature_units_reached, 0) as immature_units_reached,
        case
            when funnel_definitions.step_number = 1 then coalesce(reached.units_reached, 0)
            else coalesce(reached.units_continued, 0)
        end as units_continued,
        case
            when funnel_definitions.step_number = 1 then coalesce(reached.units_reached, 0)
            else coalesce(previous.units_reached, 0)
        end as previous_units_reached,
        {% for since in ['previous', 'first'] -%}
        {% for statistic in statistics -%}
        {%- set seconds = statistic ~ '_seconds_from_' ~ since %}
        reached.{{ seconds }} as {{ seconds }},
        {% endfor -%}
        {% endfor -%}
        case
            when slices.breakdown_name = 'all' then coalesce(dropped_completions.completions_without_unit, 0)
        end as completions_without_unit,
        case when slices.breakdown_name = 'all' then coalesce(excluded.excluded_units, 0) end as excluded_units
    from slices
    inner join funnel_definitions on slices.funnel_name = funnel_definitions.funnel_name
    {% for alias, number in [('reached', 'step_number'), ('previous', 'previous_step_number')] -%}
    left join step_counts as {{ alias }}
        on
            slices.funnel_name = {{ alias }}.funnel_name
            and slices.breakdown_name = {{ alias }}.breakdown_name
            and slices.breakdown_value = {{ alias }}.breakdown_value
            and funnel_definitions.{{ number }} = {{ alias }}.step_number
    {% endfor -%}
    left join dropped_completions
        on
            funnel_definitions.funnel_name = dropped_completions.funnel_name
            and coalesce(funnel_definitions.goal_name, 'all') = dropped_completions.goal_name
    left join excluded on slices.funnel_name = excluded.funnel_name

),

final as (

    select
        *,
        units_entered - immature_units as mature_units_entered,
        units_reached - immature_units_reached as mature_units_reached,
        -- to leave out an optional step is not to drop off
        case when not is_optional then previous_units_reached - units_continued end as dropped_off
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
    is_optional,

    ---------- units
    cast(units_entered as bigint) as units_entered,
    units_reached,
    cast(previous_units_reached as bigint) as previous_units_reached,
    {{ waymark.rate('units_reached', 'units_entered') }} as conversion_rate,
    {{ waymark.rate('units_continued', 'previous_units_reached') }} as step_conversion_rate,
    dropped_off,
    {{ waymark.rate('dropped_off', 'previous_units_reached') }} as drop_off_rate,

    ---------- units whose window has not passed
    cast(immature_units as bigint) as immature_units,
    cast(mature_units_entered as bigint) as mature_units_entered,
    cast(mature_units_reached as bigint) as mature_units_reached,
    {{ waymark.rate('mature_units_reached', 'mature_units_entered') }} as mature_conversion_rate,

    ---------- what is in no funnel
    excluded_units,
    completions_without_unit,

    ---------- time to convert
    {% for since in ['previous', 'first'] -%}
    {%- set outer_loop = loop -%}
    {% for statistic in statistics -%}
    {{ statistic }}_seconds_from_{{ since }}{{ ',' if not (loop.last and outer_loop.last) }}
    {% endfor -%}
    {% endfor %}
from final
