{{ config(materialized='refreshed') }}

{%- set config_ = waymark.load_config() %}
{%- set landmark = config_.evidence_landmark_seconds * 1000000 %}
{%- set horizon = config_.evidence_horizon_seconds * 1000000 %}
{#- Product goals beside business goals and the north star, business goals beside the latter. -#}
{%- set goals = config_.goals.values() | selectattr('tier') | list %}
{%- set rows = [] %}
{%- for micro in goals if micro.tier > 1 %}
    {%- for macro in goals if macro.tier < 3 and macro.tier < micro.tier %}
        {%- do rows.append([
            micro.id, macro.id, macro.name == micro.parent, macro.name in micro.ancestors,
            1 if micro.direction == macro.direction else -1,
        ]) %}
    {%- endfor %}
{%- endfor %}
{%- set plan = waymark.rebuild_plan(
    ['int_visitor_goals', 'int_visitor_starts', 'visitors', 'events'],
    ['goals', 'evidence_landmark', 'evidence_horizon'],
) %}

{%- set strata = ['activity', 'device_category', 'channel'] %}
{#- How many visitors of a stratum: reached a goal at some time, and in which of the readings. -#}
{%- set of_goal = [
    'ever_units', 'mature_units', 'in_time_units', 'followed_units', 'early_units', 'late_units',
] %}
{%- set of_both = [
    'both_units', 'same_event_units', 'converted_units', 'not_before_followed_units',
    'not_before_mature_units', 'before_in_time_units', 'early_early_units', 'early_late_units',
] %}

{#- Visitors of a stratum in each reading, by how far they came. -#}
{%- set readings = {
    'naive': {
        'exposed_converted': 'both_units',
        'exposed_units': 'micro_ever_units',
        'unexposed_converted': 'macro_ever_units - both_units',
        'unexposed_units': 'units - micro_ever_units',
        'already_converted_units': '0',
        'immature_units': '0',
    },
    'ordered': {
        'exposed_converted': 'converted_units',
        'exposed_units': 'micro_followed_units - not_before_followed_units',
        'unexposed_converted': 'macro_in_time_units - before_in_time_units',
        'unexposed_units': 'mature_units - micro_mature_units + not_before_mature_units',
        'already_converted_units': '0',
        'immature_units': 'units - mature_units + micro_mature_units - not_before_mature_units'
            ~ ' - micro_followed_units + not_before_followed_units',
    },
    'adjusted': {
        'exposed_converted': 'early_late_units',
        'exposed_units': 'micro_early_units - early_early_units',
        'unexposed_converted': 'macro_late_units - early_late_units',
        'unexposed_units':
            'landmark_units - macro_early_units - micro_early_units + early_early_units',
        'already_converted_units': 'macro_early_units',
        'immature_units': 'units - landmark_units',
    },
} %}
{%- set measured = [
    'micro_goal_id', 'macro_goal_id', 'reading', 'exposed_units', 'exposed_converted',
    'unexposed_units', 'unexposed_converted', 'already_converted_units', 'immature_units',
    'odds_ratio', 'odds_ratio_low', 'odds_ratio_high', 'p_value',
] %}
{%- set columns = measured + [
    'is_edge', 'is_ancestor', 'expected_direction', 'not_judged_because',
] %}

{{ waymark.refresh_header(plan) }}
with

goals as (

    select * from {{ ref('goals') }}

),

pairs as (

    {{ waymark.literal_rows(
        {
            'micro_goal_id': 'bigint', 'macro_goal_id': 'bigint', 'is_edge': 'boolean',
            'is_ancestor': 'boolean', 'expected_direction': 'integer',
        },
        rows,
    ) }}

),

last_event as (

    select {{ waymark.epoch_us('max(event_at)') }} as last_event_us
    from {{ ref('events') }}

),

-- people who are alike: as active up to the landmark, on such a device, from such a channel
units as (

    select
        starts.visitor_key as visitor_key,
        starts.first_seen_us as first_seen_us,
        last_event.last_event_us as last_event_us,
        case
            {%- for events in [2, 4, 8, 16, 32, 64, 128] %}
            when starts.early_events < {{ events }} then {{ loop.index }}
            {%- endfor %}
            else 8
        end as activity,
        coalesce(visitors.first_device_category, '(not set)') as device_category,
        coalesce(visitors.first_channel, '(not set)') as channel,
        case
            when starts.first_seen_us + {{ horizon }} <= last_event.last_event_us then 1 else 0
        end as is_mature,
        case
            when starts.first_seen_us + {{ landmark + horizon }} <= last_event.last_event_us then 1
            else 0
        end as is_mature_after_landmark
    from {{ ref('int_visitor_starts') }} as starts
    inner join {{ ref('visitors') }} as visitors on starts.visitor_key = visitors.visitor_key
    cross join last_event

),

unit_goals as (

    select
        {% for column in [
            'visitor_key', 'first_seen_us', 'last_event_us', 'is_mature',
            'is_mature_after_landmark',
        ] + strata -%}
        units.{{ column }} as {{ column }},
        {% endfor -%}
        visitor_goals.goal_id as goal_id,
        visitor_goals.first_event_order as first_event_order,
        {{ waymark.order_to_us('visitor_goals.first_event_order') }} as first_completed_us
    from {{ ref('int_visitor_goals') }} as visitor_goals
    inner join units on visitor_goals.visitor_key = units.visitor_key

),

timed as (

    select
        *,
        is_mature * case
            when first_completed_us <= first_seen_us + {{ horizon }} then 1 else 0
        end as is_in_time,
        case
            when first_completed_us + {{ horizon }} <= last_event_us then 1 else 0
        end as is_followed,
        is_mature_after_landmark * case
            when first_completed_us <= first_seen_us + {{ landmark }} then 1 else 0
        end as is_early,
        is_mature_after_landmark * case
            when
                first_completed_us > first_seen_us + {{ landmark }}
                and first_completed_us <= first_seen_us + {{ landmark + horizon }}
                then 1
            else 0
        end as is_late
    from unit_goals

),

strata as (

    select
        {{ strata | join(',\n        ') }},
        count(*) as units,
        sum(is_mature) as mature_units,
        sum(is_mature_after_landmark) as landmark_units
    from units
    group by {{ strata | join(', ') }}

),

goal_strata as (

    select
        goal_id,
        {{ strata | join(',\n        ') }},
        count(*) as ever_units,
        sum(is_mature) as mature_units,
        sum(is_in_time) as in_time_units,
        sum(is_followed) as followed_units,
        sum(is_early) as early_units,
        sum(is_late) as late_units
    from timed
    group by goal_id, {{ strata | join(', ') }}

),

-- visitors who did both: few beside all visitors times all pairs
did_both as (

    select
        pairs.micro_goal_id as micro_goal_id,
        pairs.macro_goal_id as macro_goal_id,
        {% for column in strata -%}
        micro.{{ column }} as {{ column }},
        {% endfor -%}
        micro.is_mature as is_mature,
        micro.is_followed as is_followed,
        micro.is_early as is_early,
        macro.is_in_time as is_in_time,
        macro.is_early as is_macro_early,
        macro.is_late as is_macro_late,
        case
            when micro.first_event_order = macro.first_event_order then 1 else 0
        end as is_same_event,
        case
            when micro.first_event_order < macro.first_event_order then 1 else 0
        end as is_before,
        case
            when macro.first_completed_us <= micro.first_completed_us + {{ horizon }} then 1 else 0
        end as is_within_horizon
    from pairs
    inner join timed as micro on pairs.micro_goal_id = micro.goal_id
    inner join timed as macro
        on
            pairs.macro_goal_id = macro.goal_id
            and micro.visitor_key = macro.visitor_key

),

pair_strata as (

    select
        micro_goal_id,
        macro_goal_id,
        {{ strata | join(',\n        ') }},
        count(*) as both_units,
        sum(is_same_event) as same_event_units,
        sum(is_before * is_followed * is_within_horizon) as converted_units,
        sum((1 - is_before) * is_followed) as not_before_followed_units,
        sum((1 - is_before) * is_mature) as not_before_mature_units,
        sum(is_before * is_in_time) as before_in_time_units,
        sum(is_early * is_macro_early) as early_early_units,
        sum(is_early * is_macro_late) as early_late_units
    from did_both
    group by micro_goal_id, macro_goal_id, {{ strata | join(', ') }}

),

pairs_by_stratum as (

    select
        pairs.micro_goal_id as micro_goal_id,
        pairs.macro_goal_id as macro_goal_id,
        {% for column in strata -%}
        strata.{{ column }} as {{ column }},
        {% endfor -%}
        strata.units as units,
        strata.mature_units as mature_units,
        strata.landmark_units as landmark_units
    from pairs
    cross join strata

),

counted as (

    select
        pairs_by_stratum.micro_goal_id as micro_goal_id,
        pairs_by_stratum.macro_goal_id as macro_goal_id,
        pairs_by_stratum.units as units,
        pairs_by_stratum.mature_units as mature_units,
        pairs_by_stratum.landmark_units as landmark_units,
        {% for goal in ['micro', 'macro'] -%}
        {% for column in of_goal -%}
        coalesce({{ goal }}.{{ column }}, 0) as {{ goal }}_{{ column }},
        {% endfor -%}
        {% endfor -%}
        {% for column in of_both -%}
        coalesce(pair_strata.{{ column }}, 0) as {{ column }}{{ ',' if not loop.last }}
        {% endfor -%}
    from pairs_by_stratum
    {%- for goal in ['micro', 'macro'] %}
    left join goal_strata as {{ goal }}
        on
            pairs_by_stratum.{{ goal }}_goal_id = {{ goal }}.goal_id
            {%- for column in strata %}
            and pairs_by_stratum.{{ column }} = {{ goal }}.{{ column }}
            {%- endfor %}
    {%- endfor %}
    left join pair_strata
        on
            pairs_by_stratum.micro_goal_id = pair_strata.micro_goal_id
            and pairs_by_stratum.macro_goal_id = pair_strata.macro_goal_id
            {%- for column in strata %}
            and pairs_by_stratum.{{ column }} = pair_strata.{{ column }}
            {%- endfor %}

),

-- the four cells of each reading; the first two readings know no strata
cells as (

    {% for reading, counts in readings.items() -%}
    select
        micro_goal_id,
        macro_goal_id,
        '{{ reading }}' as reading,
        {%- for name, count in counts.items() %}
        {%- set count = count if reading == 'adjusted' else 'sum(' ~ count ~ ')' %}
        cast({{ count }} as bigint) as {{ name }}{{ ',' if not loop.last }}
        {%- endfor %}
    from counted
    {%- if reading != 'adjusted' %}
    group by micro_goal_id, macro_goal_id
    {%- endif %}
    {{ 'union all' if not loop.last }}

    {% endfor %}
),

---------- one row per pair and reading

{% set cell = [
    'exposed_converted', 'exposed_units - exposed_converted', 'unexposed_converted',
    'unexposed_units - unexposed_converted',
] -%}
measured as (

    select
        micro_goal_id,
        macro_goal_id,
        reading,
        sum(exposed_units) as exposed_units,
        sum(exposed_converted) as exposed_converted,
        sum(unexposed_units) as unexposed_units,
        sum(unexposed_converted) as unexposed_converted,
        sum(already_converted_units) as already_converted_units,
        sum(immature_units) as immature_units,
        {{ waymark.mantel_haenszel_odds_ratio(*cell) }} as odds_ratio,
        {{ waymark.mantel_haenszel_bound(*cell, side='lower') }} as odds_ratio_low,
        {{ waymark.mantel_haenszel_bound(*cell, side='upper') }} as odds_ratio_high,
        {{ waymark.mantel_haenszel_p(*cell) }} as p_value
    from cells
    group by micro_goal_id, macro_goal_id, reading

),

same_events as (

    select
        micro_goal_id,
        macro_goal_id,
        sum(both_units) as both_units,
        sum(same_event_units) as same_event_units
    from pair_strata
    group by micro_goal_id, macro_goal_id

),

explained as (

    select
        {% for column in measured -%}
        measured.{{ column }} as {{ column }},
        {% endfor -%}
        pairs.is_edge as is_edge,
        pairs.is_ancestor as is_ancestor,
        pairs.expected_direction as expected_direction,
        case
            when same_events.same_event_units * 2 > same_events.both_units
                then 'both goals are completed by the same event'
            when measured.exposed_units < 30 then 'fewer than 30 exposed units'
            when measured.unexposed_units < 30 then 'fewer than 30 unexposed units'
            when measured.exposed_converted + measured.unexposed_converted < 10
                then 'fewer than 10 conversions'
            when measured.odds_ratio_low is null
                then 'no exposed units that can be compared with others like them'
        end as not_judged_because
    from measured
    inner join pairs
        on
            measured.micro_goal_id = pairs.micro_goal_id
            and measured.macro_goal_id = pairs.macro_goal_id
    left join same_events
        on
            measured.micro_goal_id = same_events.micro_goal_id
            and measured.macro_goal_id = same_events.macro_goal_id

),

-- only what is judged is one of the comparisons that the q-value counts
tested as (

    select
        *,
        case when not_judged_because is null then p_value end as tested_p_value
    from explained

),

corrected as (

    {{ waymark.benjamini_hochberg('tested', columns, 'tested_p_value', ['reading']) }}

),

judged as (

    select
        micro_goal_id,
        macro_goal_id,
        not_judged_because,
        case
            when not_judged_because is not null then 'not_enough_data'
            when
                q_value < 0.05
                and (
                    (expected_direction = 1 and odds_ratio_low > 1)
                    or (expected_direction = -1 and odds_ratio_high < 1)
                )
                then 'predictive'
            when
                q_value < 0.05
                and (
                    (expected_direction = 1 and odds_ratio_high < 1)
                    or (expected_direction = -1 and odds_ratio_low > 1)
                )
                then 'harmful'
            when
                (expected_direction = 1 and odds_ratio_low > 1)
                or (expected_direction = -1 and odds_ratio_high < 1)
                then 'weak'
            else 'noise'
        end as verdict
    from corrected
    where reading = 'adjusted'

),

final as (

    select
        {% for column in columns + ['q_value'] -%}
        corrected.{{ column }} as {{ column }},
        {% endfor -%}
        micro.goal_name as micro_goal_name,
        micro.label as micro_label,
        micro.owner as owner,
        macro.goal_name as macro_goal_name,
        macro.label as macro_label,
        judged.verdict as verdict,
        judged.not_judged_because as verdict_reason
    from corrected
    inner join goals as micro on corrected.micro_goal_id = micro.goal_id
    inner join goals as macro on corrected.macro_goal_id = macro.goal_id
    inner join judged
        on
            corrected.micro_goal_id = judged.micro_goal_id
            and corrected.macro_goal_id = judged.macro_goal_id

)

{% set exposed = ['exposed_converted', 'exposed_units'] -%}
{% set unexposed = ['unexposed_converted', 'unexposed_units'] -%}
select

    ---------- the two goals
    micro_goal_id,
    micro_goal_name,
    micro_label,
    macro_goal_id,
    macro_goal_name,
    macro_label,
    is_edge,
    is_ancestor,
    owner,

    ---------- who
    reading,
    cast(exposed_units as bigint) as exposed_units,
    cast(exposed_converted as bigint) as exposed_converted,
    cast(unexposed_units as bigint) as unexposed_units,
    cast(unexposed_converted as bigint) as unexposed_converted,
    cast(already_converted_units as bigint) as already_converted_units,
    cast(immature_units as bigint) as immature_units,

    ---------- how often
    {{ waymark.rate(*exposed) }} as exposed_rate,
    {{ waymark.wilson_bound(*exposed, side='lower') }} as exposed_rate_low,
    {{ waymark.wilson_bound(*exposed, side='upper') }} as exposed_rate_high,
    {{ waymark.rate(*unexposed) }} as unexposed_rate,
    {{ waymark.wilson_bound(*unexposed, side='lower') }} as unexposed_rate_low,
    {{ waymark.wilson_bound(*unexposed, side='upper') }} as unexposed_rate_high,

    ---------- and how much more often than without
    {{ waymark.rate(*exposed) }} - {{ waymark.rate(*unexposed) }} as difference,
    {{ waymark.newcombe_bound(*(exposed + unexposed), side='lower') }} as difference_low,
    {{ waymark.newcombe_bound(*(exposed + unexposed), side='upper') }} as difference_high,
    {{ waymark.rate(*exposed) }} / nullif({{ waymark.rate(*unexposed) }}, 0) as ratio,
    {{ waymark.katz_bound(*(exposed + unexposed), side='lower') }} as ratio_low,
    {{ waymark.katz_bound(*(exposed + unexposed), side='upper') }} as ratio_high,
    odds_ratio,
    odds_ratio_low,
    odds_ratio_high,
    {{ waymark.phi(*cell) }} as phi,
    p_value,
    q_value,
    not_judged_because,

    ---------- what to make of it
    verdict,
    verdict_reason

from final
