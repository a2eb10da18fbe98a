{{ config(materialized='refreshed') }}

{%- set config_ = waymark.load_config() %}
{%- set double = waymark.sql_type('double') %}
{#- Units to be expected in each variant that did it, and that did not; for values, that did it. -#}
{%- set min_expected = 5 %}
{%- set min_with_value = 30 %}
{%- set z = 1.959963984540054 %}
{%- set plan = waymark.rebuild_plan(
    ['int_experiment_sums', 'experiment_checks', 'events'], ['goals', 'funnels', 'experiments']
) %}

{{ waymark.refresh_header(plan) }}
with

experiment_definitions as (

    select * from {{ ref('experiment_definitions') }}

),

experiment_metrics as (

    select * from {{ ref('experiment_metrics') }}

),

experiment_checks as (

    select * from {{ ref('experiment_checks') }}

),

experiment_sums as (

    select * from {{ ref('int_experiment_sums') }}

),

data_range as (

    select
        {{ waymark.period_start(
            waymark.to_local_time('max(event_at)', config_.timezone), 'day'
        ) }} as last_event_date
    from {{ ref('events') }}

),

blocked_experiments as (

    select
        experiment_name,
        {{ waymark.min_by('says', ['check_number']) }} as blocked_because
    from experiment_checks
    where
        severity = 'blocks'
        and not passed
    group by experiment_name

),

immature_experiments as (

    select
        experiment_name,
        max(affected) as immature_units
    from experiment_checks
    where check_name = 'immature_units'
    group by experiment_name

),

---------- sums around the mean, of each variant

variant_moments as (

    select
        experiment_name,
        metric_name,
        measure,
        variant,
        units,
        completed_units,
        completions,
        currencies,
        {{ waymark.rate('sum_y', 'units') }} as mean_y,
        {{ waymark.rate('sum_x', 'units') }} as mean_x,
        {% for sum, a, b in [('yy', 'y', 'y'), ('xx', 'x', 'x'), ('xy', 'x', 'y')] -%}
        sum_{{ sum }} - {{ waymark.rate('sum_' ~ a ~ ' * sum_' ~ b, 'units') }}
            as centred_{{ sum }},
        {% endfor -%}
        cast(nullif(units - 1, 0) as {{ double }}) as freedom
    from experiment_sums

),

compared as (

    select
        treated.experiment_name as experiment_name,
        treated.metric_name as metric_name,
        treated.measure as measure,
        treated.variant as variant,
        controls.variant as control_variant,
        treated.currencies as currencies,
        {% for column in ['units', 'completed_units', 'completions'] -%}
        treated.{{ column }} as {{ column }},
        controls.{{ column }} as control_{{ column }},
        {% endfor -%}
        {% for column in [
            'mean_y', 'mean_x', 'centred_yy', 'centred_xx', 'centred_xy', 'freedom',
        ] -%}
        treated.{{ column }} as {{ column }}_1,
        controls.{{ column }} as {{ column }}_2,
        {% endfor -%}
        coalesce(
            (treated.centred_xy + controls.centred_xy)
            / nullif(treated.centred_xx + controls.centred_xx, 0),
            0
        ) as theta
    from variant_moments as treated
    inner join experiment_definitions
        on
            treated.experiment_name = experiment_definitions.experiment_name
            and experiment_definitions.is_control
    inner join variant_moments as controls
        on
            treated.experiment_name = controls.experiment_name
            and treated.metric_name = controls.metric_name
            and treated.measure = controls.measure
            and experiment_definitions.variant = controls.variant
    where treated.variant <> experiment_definitions.variant

),

---------- the difference, plain and with what was there before the exposure taken out

differed as (

    select
        *,
        mean_y_1 - mean_y_2 as difference,
        mean_y_1 - mean_y_2 - theta * (mean_x_1 - mean_x_2) as adjusted_difference,
        {% for number, units in [(1, 'units'), (2, 'control_units')] -%}
        centred_yy_{{ number }} / (freedom_{{ number }} * {{ units }}) as variance_{{ number }},
        (
            centred_yy_{{ number }} - 2 * theta * centred_xy_{{ number }}
            + theta * theta * centred_xx_{{ number }}
        ) / (freedom_{{ number }} * {{ units }}) as adjusted_variance_{{ number }},
        {% endfor -%}
        -- of a rate: the least of the four counts that chance alone would make of both together
        case
            when measure = 'conversion_rate'
                then
                    {{ waymark.rate('least(units, control_units)', 'units + control_units') }}
                    * least(
                        completed_units + control_completed_units,
                        units + control_units - completed_units - control_completed_units
                    )
        end as expected_units
    from compared

),

erred as (

    select
        *,
        sqrt(variance_1) as error_1,
        sqrt(variance_2) as error_2,
        sqrt(variance_1 + variance_2) as standard_error,
        -- rounding may leave a little less than nothing
        sqrt(greatest(adjusted_variance_1 + adjusted_variance_2, 0)) as adjusted_error,
        case
            when units = 0 or control_units = 0 then 'no mature units in a variant yet'
            when measure = 'conversion_rate' and expected_units < {{ min_expected }}
                then 'fewer than {{ min_expected }} units that completed it, or that did not, '
                    || 'are to be expected in a variant'
            when measure = 'value_per_unit' and currencies > 1 then 'values of several currencies'
            when
                measure = 'value_per_unit'
                and least(completed_units, control_completed_units) < {{ min_with_value }}
                then 'fewer than {{ min_with_value }} units with a completion in a variant'
        end as not_measured_because
    from differed

),

measured as (

    select
        *,
        case
            when not_measured_because is not null then null
            when measure = 'conversion_rate'
                then {{ waymark.two_proportion_p(
                    'completed_units', 'units', 'control_completed_units', 'control_units'
                ) }}
            else {{ waymark.normal_p('difference / nullif(standard_error, 0)') }}
        end as p_value,
        case
            when not_measured_because is null
                then {{ waymark.normal_p('adjusted_difference / nullif(adjusted_error, 0)') }}
        end as adjusted_p_value,
        {% for side, end, sign in [('lower', 'low', '-'), ('upper', 'high', '+')] -%}
        case
            when not_measured_because is not null then null
            when measure = 'conversion_rate'
                then {{ waymark.newcombe_bound(
                    'completed_units', 'units', 'control_completed_units', 'control_units', side
                ) }}
            else difference {{ sign }} {{ z }} * standard_error
        end as difference_{{ end }},
        case
            when not_measured_because is not null then null
            when measure = 'conversion_rate'
                then {{ waymark.katz_bound(
                    'completed_units', 'units', 'control_completed_units', 'control_units', side
                ) }} - 1
            else {{ waymark.mean_ratio_bound(
                'mean_y_1', 'error_1', 'mean_y_2', 'error_2', side
            ) }} - 1
        end as lift_{{ end }},
        case
            when not_measured_because is null
                then {{ waymark.always_valid_bound(
                    'difference', 'standard_error', 'units', 'control_units', side
                ) }}
        end as always_valid_{{ end }},
        case
            when not_measured_because is null
                then adjusted_difference {{ sign }} {{ z }} * adjusted_error
        end as adjusted_{{ end }},
        {% endfor -%}
        case
            when not_measured_because is null
                then greatest(
                    1 - power(adjusted_error, 2) / nullif(power(standard_error, 2), 0), 0
                )
        end as variance_reduction_rate
    from erred

),

described as (

    select
        {% for column in [
            'experiment_name', 'variant', 'control_variant', 'metric_name', 'measure', 'units',
            'control_units', 'completed_units', 'control_completed_units', 'completions',
            'control_completions', 'mean_y_1', 'mean_y_2', 'difference', 'difference_low',
            'difference_high', 'lift_low', 'lift_high', 'p_value', 'always_valid_low',
            'always_valid_high', 'theta', 'adjusted_difference', 'adjusted_low', 'adjusted_high',
            'adjusted_p_value', 'variance_reduction_rate', 'not_measured_because',
        ] -%}
        measured.{{ column }} as {{ column }},
        {% endfor -%}
        experiments.label as label,
        experiments.owner as owner,
        experiment_metrics.metric_number as metric_number,
        experiment_metrics.label as metric_label,
        experiment_metrics.metric_type as metric_type,
        experiment_metrics.goal_name as goal_name,
        experiment_metrics.tier as tier,
        experiment_metrics.direction as direction,
        experiment_metrics.funnel_name as funnel_name,
        experiment_metrics.step_number as step_number,
        experiment_metrics.is_primary
        and experiment_metrics.deciding_measure = measured.measure as is_primary,
        blocked_experiments.blocked_because as blocked_because,
        coalesce(
            data_range.last_event_date > experiments.ends_on
            and immature_experiments.immature_units = 0,
            false
        ) as is_over
    from measured
    inner join experiment_metrics
        on
            measured.experiment_name = experiment_metrics.experiment_name
            and measured.metric_name = experiment_metrics.metric_name
    inner join experiment_definitions as experiments
        on
            measured.experiment_name = experiments.experiment_name
            and experiments.is_control
    left join blocked_experiments
        on measured.experiment_name = blocked_experiments.experiment_name
    left join immature_experiments
        on measured.experiment_name = immature_experiments.experiment_name
    cross join data_range

),

-- the comparisons of one experiment are one family
q_values as (

    select
        {% for column in ['experiment_name', 'metric_name', 'measure', 'variant'] -%}
        {{ column }} as tested_{{ column }},
        {% endfor -%}
        q_value
    from (
        {{ waymark.benjamini_hochberg(
            'measured', ['experiment_name', 'metric_name', 'measure', 'variant'], 'p_value',
            ['experiment_name']
        ) }}
    ) as tested

),

corrected as (

    select
        described.*,
        q_values.q_value as q_value
    from described
    inner join q_values
        on
            described.experiment_name = q_values.tested_experiment_name
            and described.metric_name = q_values.tested_metric_name
            and described.measure = q_values.tested_measure
            and described.variant = q_values.tested_variant

),

judged as (

    select
        *,
        case
            when units = 0 or control_units = 0 then 'not_enough_data'
            when blocked_because is not null then 'not_trustworthy'
            when not_measured_because is not null then 'not_enough_data'
            when
                q_value < 0.05
                and (is_over or always_valid_low > 0 or always_valid_high < 0)
                then
                    case
                        when (difference > 0) = (direction = 'increase') then 'wins'
                        else 'loses'
                    end
            else 'no_difference_shown'
        end as verdict,
        case when is_over then 'once_over' else 'while_running' end as judged
    from corrected

),

final as (

    select
        *,
        max(case when is_primary then verdict end) over (
            partition by experiment_name, variant
        ) as primary_verdict,
        case
            when verdict = 'not_trustworthy' then blocked_because
            when verdict = 'not_enough_data' then not_measured_because
            when lift_low is null then 'the control has none: see the difference'
            when verdict in ('wins', 'loses')
                then
                    {{ waymark.percent_text('difference / nullif(mean_y_2, 0)') }}
                    || ' against ' || control_variant || ', 95 % interval '
                    || {{ waymark.percent_text('lift_low') }}
                    || ' to ' || {{ waymark.percent_text('lift_high') }}
            when is_over
                then 'q is not below 0.05: a true lift between '
                    || {{ waymark.percent_text('lift_low') }}
                    || ' and ' || {{ waymark.percent_text('lift_high') }} || ' is still possible'
            else 'not shown so far, by the interval that holds however often one looks'
        end as says
    from judged

)

select

    ---------- the comparison
    experiment_name,
    label,
    owner,
    variant,
    control_variant,
    cast(metric_number as {{ dbt.type_bigint() }}) as metric_number,
    metric_name,
    metric_label,
    metric_type,
    measure,
    goal_name,
    tier,
    direction,
    funnel_name,
    step_number,
    case when is_primary then 'primary' else 'context' end as metric_role,

    ---------- what was counted, over all exposed units
    units,
    control_units,
    completed_units,
    control_completed_units,
    completions,
    control_completions,
    mean_y_1 as value,
    mean_y_2 as control_value,

    ---------- how far they differ
    difference,
    difference_low,
    difference_high,
    difference / nullif(mean_y_2, 0) as lift,
    lift_low,
    lift_high,
    p_value,
    q_value,
    always_valid_low,
    always_valid_high,

    ---------- with earlier activity taken out
    theta,
    adjusted_difference,
    adjusted_low,
    adjusted_high,
    adjusted_p_value,
    variance_reduction_rate,

    ---------- judgement
    is_over,
    judged,
    verdict,
    says,
    primary_verdict

from final
