{{ config(materialized='refreshed') }}

{%- set plan = waymark.rebuild_plan(['int_segment_counts'], ['goals']) %}
{#- Least units of which a rate is judged. -#}
{%- set min_volume = 100 %}
{%- set bigint = dbt.type_bigint() %}
{%- set table_ = [
    'converters', 'units - converters', 'rest_converters', 'rest_units - rest_converters',
] %}
{%- set key = ['goal_id', 'dimension', 'segment'] %}
{%- set counts = [
    'window_seconds', 'first_seen_from', 'first_seen_to', 'units', 'converters', 'rest_units',
    'rest_converters', 'not_judged_because',
] %}
{%- set adjustment = [
    'strata', 'adjusted_odds_ratio', 'adjusted_lower', 'adjusted_upper', 'adjusted_p',
] %}

{{ waymark.refresh_header(plan) }}
with

goals as (

    select * from {{ ref('goals') }}

),

counted as (

    select * from {{ ref('int_segment_counts') }}

),

---------- each segment and the rest

compared as (

    select
        *,
        case
            when units < {{ min_volume }} then 'fewer than {{ min_volume }} units'
            when rest_units < {{ min_volume }} then 'fewer than {{ min_volume }} others'
            when converters + rest_converters = 0 then 'nobody completed the goal'
            when converters + rest_converters = units + rest_units
                then 'everybody completed the goal'
        end as not_judged_because,
        -- the least expected of the four cells
        {{ waymark.rate(
            'cast(least(units, rest_units) as ' ~ waymark.sql_type('double') ~ ') * least('
            ~ 'converters + rest_converters, units + rest_units - converters - rest_converters)',
            '(units + rest_units)'
        ) }} as least_expected
    from counted
    where strata = 'all'

),

small_cells as (

    select * from compared
    where
        not_judged_because is null
        and least_expected < 5

),

exact as (

    {{ waymark.fisher_p('small_cells', key, *table_) | indent(4) }}

),

tested as (

    select
        {% for column in key + counts -%}
        compared.{{ column }} as {{ column }},
        {% endfor -%}
        case
            when compared.not_judged_because is null
                then coalesce(exact.p_value, {{ waymark.two_proportion_p(
                    'compared.converters', 'compared.units',
                    'compared.rest_converters', 'compared.rest_units'
                ) }})
        end as p_value,
        case
            when compared.not_judged_because is not null then null
            when exact.p_value is null then 'two proportions'
            else 'fisher'
        end as test
    from compared
    left join exact
        on
            compared.goal_id = exact.goal_id
            and compared.dimension = exact.dimension
            and compared.segment = exact.segment

),

corrected as (

    {{ waymark.benjamini_hochberg('tested', key + counts + ['p_value', 'test'], 'p_value')
        | indent(4) }}

),

---------- Simpson's paradox: among those alike in another dimension, it is the other way round

adjusted as (

    select
        {{ key | join(', ') }},
        strata,
        {{ waymark.mantel_haenszel_odds_ratio(*table_) }} as adjusted_odds_ratio,
        {% for side in ['lower', 'upper'] -%}
        {{ waymark.mantel_haenszel_bound(*table_, side=side) }} as adjusted_{{ side }},
        {% endfor -%}
        {{ waymark.mantel_haenszel_p(*table_) }} as adjusted_p,
        -- units that have somebody to be compared with
        sum(case when rest_units > 0 then units else 0 end) as compared_units,
        sum(units) as all_units
    from counted
    where strata <> 'all'
    group by {{ key | join(', ') }}, strata

),

adjusted_tests as (

    select
        {% for column in key + adjustment -%}
        adjusted.{{ column }} as {{ column }},
        {% endfor -%}
        {{ waymark.rate(
            'compared.converters * (compared.rest_units - compared.rest_converters)',
            '(compared.rest_converters * (compared.units - compared.converters))'
        ) }} as odds_ratio
    from adjusted
    inner join compared
        on
            adjusted.goal_id = compared.goal_id
            and adjusted.dimension = compared.dimension
            and adjusted.segment = compared.segment
    where
        compared.not_judged_because is null
        and 2 * adjusted.compared_units >= adjusted.all_units

),

corrected_adjusted as (

    {{ waymark.benjamini_hochberg(
        'adjusted_tests',
        key + adjustment + ['odds_ratio'],
        'adjusted_p',
        name='adjusted_q',
    ) | indent(4) }}

),

reversals as (

    select *
    from (
        select
            *,
            row_number() over (
                partition by {{ key | join(', ') }}
                order by adjusted_p asc, strata asc
            ) as reversal_rank
        from corrected_adjusted
        where
            adjusted_q < 0.05
            and (
                (odds_ratio > 1 and adjusted_upper < 1)
                or (odds_ratio < 1 and adjusted_lower > 1)
            )
    ) as ranked_reversals
    where reversal_rank = 1

),

described_rows as (

    select
        goals.goal_name as goal_name,
        goals.label as label,
        goals.tier as tier,
        goals.owner as owner,
        goals.eligible_after_goal_name as eligible_after_goal_name,
        goals.direction as goal_direction,
        {% for column in key + counts + ['p_value', 'test', 'q_value'] -%}
        corrected.{{ column }} as {{ column }},
        {% endfor -%}
        coalesce(corrected.q_value < 0.05, false) as differs,
        reversals.strata as reversed_by,
        reversals.adjusted_odds_ratio as adjusted_odds_ratio,
        reversals.adjusted_lower as adjusted_odds_ratio_low,
        reversals.adjusted_upper as adjusted_odds_ratio_high
    from corrected
    inner join goals on corrected.goal_id = goals.goal_id
    left join reversals
        on
            corrected.goal_id = reversals.goal_id
            and corrected.dimension = reversals.dimension
            and corrected.segment = reversals.segment
            and corrected.q_value < 0.05

),

final as (

    select
        *,
        {{ waymark.rate('converters', 'units') }} as conversion_rate,
        {{ waymark.rate('rest_converters', 'rest_units') }} as rest_conversion_rate,
        {% for side, end in [('lower', 'low'), ('upper', 'high')] -%}
        {{ waymark.wilson_bound('converters', 'units', side) }} as interval_{{ end }},
        {{ waymark.newcombe_bound('converters', 'units', 'rest_converters', 'rest_units', side) }}
            as difference_{{ end }},
        {{ waymark.katz_bound('converters', 'units', 'rest_converters', 'rest_units', side) }}
            as ratio_{{ end }}{{ ',' if not loop.last }}
        {% endfor %}
    from described_rows

),

directed as (

    select
        *,
        conversion_rate - rest_conversion_rate as difference,
        conversion_rate / nullif(rest_conversion_rate, 0) as ratio,
        case
            when not differs then null
            when conversion_rate > rest_conversion_rate then 'higher'
            else 'lower'
        end as direction
    from final

)

select

    ---------- ids
    goal_name,
    goal_id,
    label,
    tier,
    owner,
    dimension,
    segment,

    ---------- who is counted, and how long each was followed
    eligible_after_goal_name,
    cast(window_seconds as {{ bigint }}) as window_seconds,
    first_seen_from,
    first_seen_to,

    ---------- the segment, and everybody else
    cast(units as {{ bigint }}) as units,
    cast(converters as {{ bigint }}) as converters,
    conversion_rate,
    interval_low,
    interval_high,
    cast(rest_units as {{ bigint }}) as rest_units,
    cast(rest_converters as {{ bigint }}) as rest_converters,
    rest_conversion_rate,

    ---------- do they differ
    difference,
    difference_low,
    difference_high,
    ratio,
    ratio_low,
    ratio_high,
    test,
    p_value,
    q_value,
    differs,
    direction,
    case
        when direction is not null
            then (direction = 'higher') = (goal_direction = 'increase')
    end as is_better,
    not_judged_because,

    ---------- Simpson's paradox
    reversed_by is not null as is_reversed,
    reversed_by,
    adjusted_odds_ratio,
    adjusted_odds_ratio_low,
    adjusted_odds_ratio_high,

    ---------- in plain words
    case
        when not_judged_because is not null then 'Not judged: ' || not_judged_because || '.'
        else
            {{ waymark.percent_text('conversion_rate') }} || ' of '
            || {{ waymark.rounded_text('units') }} || ' visitors of ' || dimension || ' ' || segment
            || ' completed ' || label || ', '
            || {{ waymark.percent_text('rest_conversion_rate') }} || ' of '
            || {{ waymark.rounded_text('rest_units') }} || ' others: '
            || coalesce(direction, 'no more than chance') || '.'
            || coalesce(
                ' Among visitors of the same ' || reversed_by || ' it is the other way round.', ''
            )
    end as finding

from directed
