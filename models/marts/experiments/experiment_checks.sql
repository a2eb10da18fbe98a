{{ config(materialized='refreshed') }}

{#- An experiment whose variants were filled as expected fails once in a thousand. -#}
{%- set sample_ratio_limit = 0.001 %}
{%- set share_limit = 0.01 %}
{%- set double = waymark.sql_type('double') %}
{%- set plan = waymark.rebuild_plan(['int_experiment_units'], ['goals', 'experiments']) %}

{{ waymark.refresh_header(plan) }}
with

experiment_definitions as (

    select * from {{ ref('experiment_definitions') }}

),

experiments as (

    select distinct
        experiment_name,
        label,
        owner,
        variants
    from experiment_definitions

),

int_experiment_units as (

    select * from {{ ref('int_experiment_units') }}

),

experiment_counts as (

    select
        experiment_name,
        sum(case when state in ('mature', 'immature') then 1 else 0 end) as units,
        sum(case when state = 'immature' then 1 else 0 end) as immature_units,
        sum(case when state = 'contaminated' then 1 else 0 end) as contaminated_units,
        sum(exposures) as exposures,
        sum(unknown_exposures) as unknown_exposures,
        sum(early_exposures) as early_exposures,
        sum(late_exposures) as late_exposures,
        sum(case when state = 'nobody' then exposures else 0 end) as nobodys_exposures
    from int_experiment_units
    group by experiment_name

),

variant_counts as (

    select
        experiment_name,
        variant,
        count(*) as units
    from int_experiment_units
    where state in ('mature', 'immature')
    group by experiment_name, variant

),

-- observed against expected
sample_ratios as (

    select
        experiment_definitions.experiment_name as experiment_name,
        sum(case when coalesce(variant_counts.units, 0) = 0 then 1 else 0 end) as empty_variants,
        sum(
            power(
                coalesce(variant_counts.units, 0)
                - experiment_definitions.expected_rate * experiment_counts.units,
                2
            ) / nullif(experiment_definitions.expected_rate * experiment_counts.units, 0)
        ) as statistic
    from experiment_definitions
    left join experiment_counts
        on experiment_definitions.experiment_name = experiment_counts.experiment_name
    left join variant_counts
        on
            experiment_definitions.experiment_name = variant_counts.experiment_name
            and experiment_definitions.variant = variant_counts.variant
    group by experiment_definitions.experiment_name

),

counted as (

    select
        experiments.experiment_name as experiment_name,
        experiments.label as label,
        experiments.owner as owner,
        experiments.variants as variants,
        sample_ratios.empty_variants as empty_variants,
        {{ waymark.chi_square_p('sample_ratios.statistic', 'experiments.variants - 1') }}
            as sample_ratio_p,
        {% for column in [
            'units', 'immature_units', 'contaminated_units', 'exposures', 'unknown_exposures',
            'early_exposures', 'late_exposures', 'nobodys_exposures',
        ] -%}
        coalesce(experiment_counts.{{ column }}, 0) as {{ column }}{{ ',' if not loop.last }}
        {% endfor %}
    from experiments
    inner join sample_ratios on experiments.experiment_name = sample_ratios.experiment_name
    left join experiment_counts
        on experiments.experiment_name = experiment_counts.experiment_name

),

checks as (

    select
        experiment_name,
        label,
        owner,
        1 as check_number,
        'sample_ratio' as check_name,
        'blocks' as severity,
        units as affected,
        units as total,
        sample_ratio_p as value,
        cast({{ sample_ratio_limit }} as {{ double }}) as limit_value,
        sample_ratio_p >= {{ sample_ratio_limit }} as passed,
        case
            when sample_ratio_p is null then 'no unit was exposed yet'
            when sample_ratio_p >= {{ sample_ratio_limit }}
                then 'the variants are as large as expected'
            else 'the variants are not as large as expected: something puts units '
                || 'into them or loses them depending on the variant, so they cannot be compared'
        end as says
    from counted

    {% for number, name, severity, affected, total, limit, good, bad in [
        (
            2, 'empty_variants', 'blocks', 'empty_variants', 'variants', 0,
            'every variant has units',
            'a variant has no units: is it delivered, and spelt as here?',
        ),
        (
            3, 'contaminated_units', 'blocks', 'contaminated_units', 'units + contaminated_units',
            share_limit,
            'few enough units saw several variants; they are left out',
            'many units saw several variants: leaving them out may leave the rest uneven',
        ),
        (
            4, 'unknown_variants', 'blocks', 'unknown_exposures', 'exposures', share_limit,
            'few enough exposures are without a variant that is configured; they are left out',
            'many exposures have no variant, or one that is not configured; they are left out',
        ),
        (
            5, 'unidentified_exposures', 'warns', 'nobodys_exposures', 'exposures', share_limit,
            'nearly all exposures are of visitors who can be known again',
            'many exposures are of nobody who could be known again: they are left out',
        ),
        (
            6, 'exposures_before_start', 'warns', 'early_exposures', 'exposures', 0,
            'no exposure is from before the first day',
            'there are exposures from before the first day: they are left out',
        ),
        (
            7, 'exposures_after_end', 'warns', 'late_exposures', 'exposures', 0,
            'no exposure is from after the last day',
            'there are exposures from after the last day: they are left out. Is it switched off?',
        ),
        (
            8, 'immature_units', 'notes', 'immature_units', 'units', 0,
            'every unit has had its whole window',
            'the window of some units is not over: they are left out of the results until it is',
        ),
    ] -%}
    union all

    select
        experiment_name,
        label,
        owner,
        {{ number }} as check_number,
        '{{ name }}' as check_name,
        '{{ severity }}' as severity,
        {{ affected }} as affected,
        {{ total }} as total,
        {{ waymark.rate(affected, total) }} as value,
        cast({{ limit }} as {{ double }}) as limit_value,
        {{ waymark.rate(affected, total) }} <= {{ limit }} as passed,
        case
            when {{ total }} = 0 then 'no unit was exposed yet'
            when {{ waymark.rate(affected, total) }} <= {{ limit }} then '{{ good }}'
            else '{{ bad }}'
        end as says
    from counted

    {% endfor %}
)

select
    experiment_name,
    label,
    owner,
    cast(check_number as {{ dbt.type_bigint() }}) as check_number,
    check_name,
    severity,
    cast(affected as {{ dbt.type_bigint() }}) as affected,
    cast(total as {{ dbt.type_bigint() }}) as total,
    cast(value as {{ double }}) as value,
    limit_value,
    passed,
    says
from checks
