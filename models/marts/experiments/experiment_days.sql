{{ config(materialized='refreshed') }}

{%- set config_ = waymark.load_config() %}
{%- set double = waymark.sql_type('double') %}
{#- As in experiment_results. -#}
{%- set min_expected = 5 %}
{%- set plan = waymark.rebuild_plan(
    ['int_experiment_units', 'goal_completions'], ['goals', 'funnels', 'experiments']
) %}

{{ waymark.refresh_header(plan) }}
with

experiment_definitions as (

    select * from {{ ref('experiment_definitions') }}

),

primary_metrics as (

    select
        experiment_name,
        goal_id,
        goal_name
    from {{ ref('experiment_metrics') }}
    where is_primary

),

-- a unit counts from the day on which its window ends
units as (

    select
        int_experiment_units.experiment_name as experiment_name,
        int_experiment_units.visitor_key as visitor_key,
        int_experiment_units.variant as variant,
        int_experiment_units.exposed_order as exposed_order,
        int_experiment_units.exposure_event_id as exposure_event_id,
        experiment_definitions.window_seconds as window_seconds,
        primary_metrics.goal_id as goal_id,
        {{ waymark.order_to_local_date(
            '(int_experiment_units.exposed_order'
            ~ ' + experiment_definitions.window_seconds * 1000000000)',
            config_.timezone
        ) }} as mature_on
    from {{ ref('int_experiment_units') }} as int_experiment_units
    inner join experiment_definitions
        on
            int_experiment_units.experiment_name = experiment_definitions.experiment_name
            and int_experiment_units.variant = experiment_definitions.variant
    inner join primary_metrics
        on int_experiment_units.experiment_name = primary_metrics.experiment_name
    where int_experiment_units.state = 'mature'

),

completed_units as (

    select
        units.experiment_name as experiment_name,
        units.variant as variant,
        units.mature_on as mature_on,
        count(distinct units.visitor_key) as completed_units
    from units
    inner join {{ ref('goal_completions') }} as goal_completions
        on
            units.goal_id = goal_completions.goal_id
            and units.visitor_key = goal_completions.visitor_key
    where
        goal_completions.event_id <> units.exposure_event_id
        and goal_completions.event_order >= units.exposed_order
        and {{ waymark.order_to_us('goal_completions.event_order') }}
        - {{ waymark.order_to_us('units.exposed_order') }} <= units.window_seconds * 1000000
    group by units.experiment_name, units.variant, units.mature_on

),

mature_units as (

    select
        experiment_name,
        variant,
        mature_on,
        count(*) as mature_units
    from units
    group by experiment_name, variant, mature_on

),

looks as (

    select distinct
        experiment_name,
        mature_on as looked_on
    from units

),

looks_at_variants as (

    select
        looks.experiment_name as experiment_name,
        looks.looked_on as looked_on,
        experiment_definitions.variant as variant,
        experiment_definitions.is_control as is_control,
        coalesce(mature_units.mature_units, 0) as new_units,
        coalesce(completed_units.completed_units, 0) as new_completed_units
    from looks
    inner join experiment_definitions
        on looks.experiment_name = experiment_definitions.experiment_name
    left join mature_units
        on
            looks.experiment_name = mature_units.experiment_name
            and looks.looked_on = mature_units.mature_on
            and experiment_definitions.variant = mature_units.variant
    left join completed_units
        on
            looks.experiment_name = completed_units.experiment_name
            and looks.looked_on = completed_units.mature_on
            and experiment_definitions.variant = completed_units.variant

),

-- all that could be known on that day
counted as (

    select
        experiment_name,
        looked_on,
        variant,
        is_control,
        {% for count in ['units', 'completed_units'] -%}
        sum(new_{{ count }}) over (
            partition by experiment_name, variant
            order by looked_on
            rows between unbounded preceding and current row
        ) as {{ count }}{{ ',' if not loop.last }}
        {% endfor %}
    from looks_at_variants

),

compared as (

    select
        treated.experiment_name as experiment_name,
        treated.looked_on as looked_on,
        treated.variant as variant,
        controls.variant as control_variant,
        {% for column in ['units', 'completed_units'] -%}
        cast(treated.{{ column }} as {{ dbt.type_bigint() }}) as {{ column }},
        cast(controls.{{ column }} as {{ dbt.type_bigint() }}) as control_{{ column }},
        {% endfor -%}
        {{ waymark.rate('treated.completed_units', 'treated.units') }} as value,
        {{ waymark.rate('controls.completed_units', 'controls.units') }} as control_value
    from counted as treated
    inner join counted as controls
        on
            treated.experiment_name = controls.experiment_name
            and treated.looked_on = controls.looked_on
    where
        not treated.is_control
        and controls.is_control

),

-- variances of zeros and ones as a sample has them, as in experiment_results
erred as (

    select
        *,
        value - control_value as difference,
        sqrt(
            value * (1 - value) / nullif(units - 1, 0)
            + control_value * (1 - control_value) / nullif(control_units - 1, 0)
        ) as standard_error,
        case
            when units = 0 or control_units = 0 then 'no mature units in a variant yet'
            when
                {{ waymark.rate('least(units, control_units)', 'units + control_units') }}
                * least(
                    completed_units + control_completed_units,
                    units + control_units - completed_units - control_completed_units
                ) < {{ min_expected }}
                then 'fewer than {{ min_expected }} units that completed it, or that did not, '
                    || 'are to be expected in a variant'
        end as not_measured_because
    from compared

),

final as (

    select
        erred.experiment_name as experiment_name,
        erred.variant as variant,
        erred.control_variant as control_variant,
        primary_metrics.goal_name as goal_name,
        erred.looked_on as looked_on,
        erred.units as units,
        erred.control_units as control_units,
        erred.completed_units as completed_units,
        erred.control_completed_units as control_completed_units,
        erred.value as value,
        erred.control_value as control_value,
        erred.difference as difference,
        {% for side, end in [('lower', 'low'), ('upper', 'high')] -%}
        case
            when erred.not_measured_because is null
                then {{ waymark.newcombe_bound(
                    'erred.completed_units', 'erred.units', 'erred.control_completed_units',
                    'erred.control_units', side
                ) }}
        end as difference_{{ end }},
        case
            when erred.not_measured_because is null
                then {{ waymark.always_valid_bound(
                    'erred.difference', 'erred.standard_error', 'erred.units',
                    'erred.control_units', side
                ) }}
        end as always_valid_{{ end }},
        {% endfor -%}
        erred.not_measured_because as not_measured_because
    from erred
    inner join primary_metrics on erred.experiment_name = primary_metrics.experiment_name

)

select
    experiment_name,
    variant,
    control_variant,
    goal_name,
    looked_on,
    units,
    control_units,
    completed_units,
    control_completed_units,
    {% for column in [
        'value', 'control_value', 'difference', 'difference_low', 'difference_high',
        'always_valid_low', 'always_valid_high',
    ] -%}
    cast({{ column }} as {{ double }}) as {{ column }},
    {% endfor -%}
    not_measured_because
from final
