{{ config(materialized='refreshed') }}

{%- set depth = [0] %}
{%- for experiment in waymark.load_config().experiments.values() %}
    {%- do depth.append(
        experiment.metrics | selectattr('type', 'equalto', 'funnel_step') | list | length
    ) %}
{%- endfor %}
{%- set depth = depth | max %}
{%- set plan = waymark.rebuild_plan(
    ['int_experiment_units', 'goal_completions'], ['goals', 'funnels', 'experiments']
) %}
{%- set double = waymark.sql_type('double') %}
{%- set sums = ['completions', 'completed_units'] %}
{%- for measure in ['conversion', 'value'] %}
    {%- for sum in ['y', 'yy', 'x', 'xx', 'xy'] %}
        {%- do sums.append(measure ~ '_sum_' ~ sum) %}
    {%- endfor %}
{%- endfor %}

{{ waymark.refresh_header(plan) }}
with

experiment_definitions as (

    select * from {{ ref('experiment_definitions') }}

),

experiment_metrics as (

    select * from {{ ref('experiment_metrics') }}

),

units as (

    select
        int_experiment_units.experiment_name as experiment_name,
        int_experiment_units.visitor_key as visitor_key,
        int_experiment_units.variant as variant,
        int_experiment_units.exposed_order as exposed_order,
        int_experiment_units.exposure_event_id as exposure_event_id,
        experiment_definitions.window_seconds as window_seconds,
        experiment_definitions.lookback_seconds as lookback_seconds
    from {{ ref('int_experiment_units') }} as int_experiment_units
    inner join experiment_definitions
        on
            int_experiment_units.experiment_name = experiment_definitions.experiment_name
            and int_experiment_units.variant = experiment_definitions.variant
    where int_experiment_units.state = 'mature'

),

metric_goals as (

    select distinct
        experiment_name,
        goal_id
    from experiment_metrics

),

-- what exposed units completed, inside the window after it or the look-back before it
completions as (

    select
        units.experiment_name as experiment_name,
        units.variant as variant,
        units.visitor_key as visitor_key,
        goal_completions.goal_id as goal_id,
        goal_completions.event_order as event_order,
        goal_completions.event_id as event_id,
        goal_completions.value as value,
        goal_completions.currency as currency,
        goal_completions.event_order >= units.exposed_order as is_after
    from {{ ref('goal_completions') }} as goal_completions
    inner join metric_goals on goal_completions.goal_id = metric_goals.goal_id
    inner join units
        on
            metric_goals.experiment_name = units.experiment_name
            and goal_completions.visitor_key = units.visitor_key
    where
        goal_completions.event_id <> units.exposure_event_id
        and {{ waymark.order_to_us('goal_completions.event_order') }}
        - {{ waymark.order_to_us('units.exposed_order') }}
        between -1000000 * units.lookback_seconds and units.window_seconds * 1000000

),

-- the covariate is the same thing before the exposure
goal_outcomes as (

    select
        experiment_name,
        variant,
        visitor_key,
        goal_id,
        cast(sum(case when is_after then 1 else 0 end) as {{ double }}) as completions,
        cast(sum(case when is_after then 0 else 1 end) as {{ double }}) as earlier_completions,
        coalesce(
            cast(sum(case when is_after then value end) as {{ double }}), 0
        ) as total_value,
        coalesce(
            cast(sum(case when not is_after then value end) as {{ double }}), 0
        ) as earlier_value
    from completions
    group by experiment_name, variant, visitor_key, goal_id

),

goal_values as (

    select
        experiment_name,
        goal_id,
        count(distinct currency) as currencies
    from completions
    where
        is_after
        and value is not null
    group by experiment_name, goal_id

),

---------- a step is reached when it follows the required step before it, all after the exposure

{% if depth -%}
step_completions as (

    select
        completions.experiment_name as experiment_name,
        completions.visitor_key as visitor_key,
        steps.step_number as step_number,
        steps.previous_step_number as previous_step_number,
        completions.event_order as event_order,
        completions.event_id as event_id
    from completions
    inner join experiment_metrics as steps
        on
            completions.experiment_name = steps.experiment_name
            and completions.goal_id = steps.goal_id
    where
        completions.is_after
        and steps.metric_type = 'funnel_step'

),

steps_to_1 as (

    select
        experiment_name,
        visitor_key,
        min(event_order) as order_1,
        {{ waymark.min_by('event_id', ['event_order', 'event_id']) }} as event_1
    from step_completions
    where step_number = 1
    group by experiment_name, visitor_key

),

{% for number in range(2, depth + 1) -%}
{#- The required step before may be any earlier one, where steps between are optional. -#}
{%- set before = {} -%}
{%- for part in ['order', 'event'] -%}
    {%- set cases = [] -%}
    {%- for earlier in range(1, number) -%}
        {%- do cases.append('when ' ~ earlier ~ ' then walked.' ~ part ~ '_' ~ earlier) -%}
    {%- endfor -%}
    {%- do before.update({
        part: 'case steps.previous_step_number ' ~ cases | join(' ') ~ ' end',
    }) -%}
{%- endfor -%}
{%- set fits = 'steps.event_order >= ' ~ before.order ~ ' and steps.event_id <> ' ~ before.event -%}
steps_to_{{ number }} as (

    select
        walked.experiment_name as experiment_name,
        walked.visitor_key as visitor_key,
        {% for earlier in range(1, number) -%}
        walked.order_{{ earlier }} as order_{{ earlier }},
        walked.event_{{ earlier }} as event_{{ earlier }},
        {% endfor -%}
        min(case when {{ fits }} then steps.event_order end) as order_{{ number }},
        {{ waymark.min_by(
            'case when ' ~ fits ~ ' then steps.event_id end', ['steps.event_order', 'steps.event_id']
        ) }} as event_{{ number }}
    from steps_to_{{ number - 1 }} as walked
    left join step_completions as steps
        on
            walked.experiment_name = steps.experiment_name
            and walked.visitor_key = steps.visitor_key
            and steps.step_number = {{ number }}
    group by
        walked.experiment_name,
        walked.visitor_key
        {%- for earlier in range(1, number) %},
        walked.order_{{ earlier }},
        walked.event_{{ earlier }}
        {%- endfor %}

),

{% endfor -%}
{% endif -%}
-- whoever is not in here did nothing of a metric, before or after
unit_outcomes as (

    select
        experiment_metrics.experiment_name as experiment_name,
        experiment_metrics.metric_name as metric_name,
        goal_outcomes.variant as variant,
        goal_outcomes.completions as completions,
        case when goal_outcomes.completions > 0 then 1.0 else 0.0 end as converted,
        goal_outcomes.earlier_completions as earlier_completions,
        goal_outcomes.total_value as total_value,
        goal_outcomes.earlier_value as earlier_value
    from goal_outcomes
    inner join experiment_metrics
        on
            goal_outcomes.experiment_name = experiment_metrics.experiment_name
            and goal_outcomes.goal_id = experiment_metrics.goal_id
    where experiment_metrics.metric_type = 'goal'
    {%- if depth %}

    union all

    select
        experiment_metrics.experiment_name as experiment_name,
        experiment_metrics.metric_name as metric_name,
        goal_outcomes.variant as variant,
        goal_outcomes.completions as completions,
        case
            when
                case experiment_metrics.step_number
                    {% for number in range(1, depth + 1) -%}
                    when {{ number }} then walked.order_{{ number }}
                    {% endfor -%}
                end is not null
                then 1.0
            else 0.0
        end as converted,
        goal_outcomes.earlier_completions as earlier_completions,
        goal_outcomes.total_value as total_value,
        goal_outcomes.earlier_value as earlier_value
    from goal_outcomes
    inner join experiment_metrics
        on
            goal_outcomes.experiment_name = experiment_metrics.experiment_name
            and goal_outcomes.goal_id = experiment_metrics.goal_id
    left join steps_to_{{ depth }} as walked
        on
            goal_outcomes.experiment_name = walked.experiment_name
            and goal_outcomes.visitor_key = walked.visitor_key
    where experiment_metrics.metric_type = 'funnel_step'
    {%- endif %}

),

summed as (

    select
        experiment_name,
        metric_name,
        variant,
        sum(completions) as completions,
        sum(converted) as completed_units,
        {% for outcome, covariate, name in [
            ('converted', 'earlier_completions', 'conversion'),
            ('total_value', 'earlier_value', 'value'),
        ] -%}
        sum({{ outcome }}) as {{ name }}_sum_y,
        sum({{ outcome }} * {{ outcome }}) as {{ name }}_sum_yy,
        sum({{ covariate }}) as {{ name }}_sum_x,
        sum({{ covariate }} * {{ covariate }}) as {{ name }}_sum_xx,
        sum({{ covariate }} * {{ outcome }}) as {{ name }}_sum_xy{{ ',' if not loop.last }}
        {% endfor %}
    from unit_outcomes
    group by experiment_name, metric_name, variant

),

variant_units as (

    select
        experiment_name,
        variant,
        count(*) as units
    from units
    group by experiment_name, variant

),

-- every metric of every variant, with the units that it is measured over
measured as (

    select
        experiment_metrics.experiment_name as experiment_name,
        experiment_metrics.metric_name as metric_name,
        experiment_definitions.variant as variant,
        coalesce(variant_units.units, 0) as units,
        coalesce(goal_values.currencies, 0) as currencies,
        experiment_metrics.metric_type = 'goal'
        and (
            goal_values.goal_id is not null
            or experiment_metrics.deciding_measure = 'value_per_unit'
        ) as has_value,
        {% for column in sums -%}
        coalesce(summed.{{ column }}, 0) as {{ column }}{{ ',' if not loop.last }}
        {% endfor %}
    from experiment_metrics
    inner join experiment_definitions
        on experiment_metrics.experiment_name = experiment_definitions.experiment_name
    left join variant_units
        on
            experiment_definitions.experiment_name = variant_units.experiment_name
            and experiment_definitions.variant = variant_units.variant
    left join summed
        on
            experiment_metrics.experiment_name = summed.experiment_name
            and experiment_metrics.metric_name = summed.metric_name
            and experiment_definitions.variant = summed.variant
    left join goal_values
        on
            experiment_metrics.experiment_name = goal_values.experiment_name
            and experiment_metrics.goal_id = goal_values.goal_id

),

final as (

    {% for name, measure, has in [
        ('conversion', 'conversion_rate', none), ('value', 'value_per_unit', 'has_value'),
    ] -%}
    select
        experiment_name,
        metric_name,
        '{{ measure }}' as measure,
        variant,
        units,
        completed_units,
        completions,
        currencies,
        {% for sum in ['y', 'yy', 'x', 'xx', 'xy'] -%}
        {{ name }}_sum_{{ sum }} as sum_{{ sum }}{{ ',' if not loop.last }}
        {% endfor %}
    from measured
    {{ 'where has_value' if has }}
    {{ 'union all' if not loop.last }}
    {% endfor %}
)

select
    experiment_name,
    metric_name,
    measure,
    variant,
    cast(units as {{ dbt.type_bigint() }}) as units,
    cast(completed_units as {{ dbt.type_bigint() }}) as completed_units,
    cast(completions as {{ dbt.type_bigint() }}) as completions,
    cast(currencies as {{ dbt.type_bigint() }}) as currencies,
    {% for sum in ['y', 'yy', 'x', 'xx', 'xy'] -%}
    cast(sum_{{ sum }} as {{ double }}) as sum_{{ sum }}{{ ',' if not loop.last }}
    {% endfor %}
from final
