{{ config(materialized='refreshed') }}

{%- set config_ = waymark.load_config() %}
{%- set horizon = config_.evidence_horizon_seconds %}
{%- set plan = waymark.rebuild_plan(
    ['int_visitor_goals', 'visitors', 'events'], ['goals', 'evidence_horizon']
) %}
{%- set dimensions = {
    'device_category': 'first_device_category',
    'channel': 'first_channel',
    'campaign': 'first_campaign',
    'country': 'first_country',
    'cohort': 'cohort_month',
} %}
{%- set names = dimensions.keys() | list %}
{#- Segments of a dimension that are told apart, and the least units of which a rate is judged. -#}
{%- set most = 12 %}
{%- set min_volume = 100 %}
{#- Goals measured among all visitors share one population; any other has one of its own. -#}
{%- set rows = [] %}
{%- for goal in config_.goals.values() if goal.tier %}
    {%- set entry = goal.eligible_after.goal %}
    {%- do rows.append([
        goal.id, goal.id if entry else 0,
        config_.goals[entry].id if entry else none,
        goal.eligible_after.within_seconds or horizon if entry else horizon,
    ]) %}
{%- endfor %}
{%- set bigint = dbt.type_bigint() %}
{%- set table_ = [
    'converters', 'units - converters', 'rest_converters', 'rest_units - rest_converters',
] %}
{%- set key = ['goal_id', 'dimension', 'segment'] %}

{{ waymark.refresh_header(plan) }}
with

goals as (

    select * from {{ ref('goals') }}

),

compared_goals as (

    {{ waymark.literal_rows({
        'goal_id': 'bigint', 'population': 'bigint', 'entry_goal_id': 'bigint',
        'window_seconds': 'bigint',
    }, rows) }}

),

last_event as (

    select {{ waymark.epoch_us('max(event_at)') }} as last_event_us
    from {{ ref('events') }}

),

visitor_goals as {{ waymark.not_materialized() }}(

    select * from {{ ref('int_visitor_goals') }}

),

visitors as (

    select
        visitor_key,
        first_seen_date,
        {{ waymark.epoch_us('first_seen_at') }} as first_seen_us,
        {% for name, column in dimensions.items() if name != 'cohort' -%}
        coalesce({{ column }}, '(not set)') as {{ name }},
        {% endfor -%}
        substring(cast(first_seen_date as {{ waymark.sql_type('text') }}), 1, 7) as cohort
    from {{ ref('visitors') }}

),

---------- the segments of each dimension with the most visitors

segments as (

    {% for name in names -%}
    select
        '{{ name }}' as dimension,
        {{ name }} as segment,
        count(*) as visitors
    from visitors
    group by {{ name }}
    {{ 'union all' if not loop.last }}

    {% endfor %}
),

top_segments as (

    select
        dimension,
        segment
    from (
        select
            *,
            row_number() over (
                partition by dimension
                order by visitors desc, segment asc
            ) as segment_rank
        from segments
    ) as ranked_segments
    where segment_rank <= {{ most }}

),

described as (

    select
        visitors.visitor_key as visitor_key,
        visitors.first_seen_us as first_seen_us,
        visitors.first_seen_date as first_seen_date
        {%- for name in names %},
        coalesce(top_{{ name }}.segment, '(other)') as {{ name }}
        {%- endfor %}
    from visitors
    {% for name in names -%}
    left join top_segments as top_{{ name }}
        on
            visitors.{{ name }} = top_{{ name }}.segment
            and top_{{ name }}.dimension = '{{ name }}'
    {% endfor %}
),

---------- who could complete each goal, with all the time for it, and who did

entries as (

    select
        compared_goals.goal_id as goal_id,
        compared_goals.population as population,
        compared_goals.window_seconds as window_seconds,
        visitor_goals.visitor_key as visitor_key,
        visitor_goals.first_event_order as entry_order
    from compared_goals
    inner join visitor_goals on compared_goals.entry_goal_id = visitor_goals.goal_id

),

followed_entries as (

    select
        entries.goal_id as goal_id,
        entries.population as population,
        entries.visitor_key as visitor_key,
        case
            when
                {{ waymark.order_to_us('visitor_goals.first_event_order') }}
                <= {{ waymark.order_to_us('entries.entry_order') }}
                + entries.window_seconds * 1000000
                then 1
            else 0
        end as is_converter
    from entries
    cross join last_event
    left join visitor_goals
        on
            entries.goal_id = visitor_goals.goal_id
            and entries.visitor_key = visitor_goals.visitor_key
    where
        {{ waymark.order_to_us('entries.entry_order') }} + entries.window_seconds * 1000000
        <= last_event.last_event_us
        -- who had done it before cannot be won for it
        and coalesce(visitor_goals.first_event_order > entries.entry_order, true)

),

mature_visitors as (

    select described.*
    from described
    cross join last_event
    where described.first_seen_us + {{ horizon * 1000000 }} <= last_event.last_event_us

),

unit_cells as (

    select
        cast(0 as {{ bigint }}) as population,
        {{ names | join(', ') }},
        count(*) as units,
        min(first_seen_date) as first_seen_from,
        max(first_seen_date) as first_seen_to
    from mature_visitors
    group by {{ names | join(', ') }}

    union all

    select
        followed_entries.population as population,
        {% for name in names -%}
        described.{{ name }} as {{ name }},
        {% endfor -%}
        count(*) as units,
        min(described.first_seen_date) as first_seen_from,
        max(described.first_seen_date) as first_seen_to
    from followed_entries
    inner join described on followed_entries.visitor_key = described.visitor_key
    group by
        followed_entries.population,
        {% for name in names -%}
        described.{{ name }}{{ ',' if not loop.last }}
        {% endfor %}
),

converter_cells as (

    select
        compared_goals.goal_id as goal_id,
        {% for name in names -%}
        mature_visitors.{{ name }} as {{ name }},
        {% endfor -%}
        count(*) as converters
    from visitor_goals
    inner join compared_goals
        on
            visitor_goals.goal_id = compared_goals.goal_id
            and compared_goals.population = 0
    inner join mature_visitors on visitor_goals.visitor_key = mature_visitors.visitor_key
    where
        {{ waymark.order_to_us('visitor_goals.first_event_order') }}
        <= mature_visitors.first_seen_us + {{ horizon * 1000000 }}
    group by
        compared_goals.goal_id,
        {% for name in names -%}
        mature_visitors.{{ name }}{{ ',' if not loop.last }}
        {% endfor %}

    union all

    select
        followed_entries.goal_id as goal_id,
        {% for name in names -%}
        described.{{ name }} as {{ name }},
        {% endfor -%}
        count(*) as converters
    from followed_entries
    inner join described on followed_entries.visitor_key = described.visitor_key
    where followed_entries.is_converter = 1
    group by
        followed_entries.goal_id,
        {% for name in names -%}
        described.{{ name }}{{ ',' if not loop.last }}
        {% endfor %}
),

---------- each segment, alone and in each stratum of every other dimension

{% for cells, by, count_ in [
    ('unit', 'population', 'units'), ('converter', 'goal_id', 'converters'),
] -%}
{{ cells }}_pairs as (

    {% for name in names -%}
    {%- set outer_loop = loop -%}
    {%- for stratum in ['all'] + names if stratum != name -%}
    select
        {{ by }},
        '{{ name }}' as dimension,
        {{ name }} as segment,
        '{{ stratum }}' as strata,
        {{ "'all'" if stratum == 'all' else stratum }} as stratum,
        sum({{ count_ }}) as {{ count_ }}
    from {{ cells }}_cells
    group by {{ by }}, {{ name }}{{ ', ' ~ stratum if stratum != 'all' }}
    {{ 'union all' if not (loop.last and outer_loop.last) }}

    {% endfor -%}
    {%- endfor %}
),

{% endfor -%}
pairs as (

    select
        compared_goals.goal_id as goal_id,
        unit_pairs.dimension as dimension,
        unit_pairs.segment as segment,
        unit_pairs.strata as strata,
        unit_pairs.stratum as stratum,
        cast(unit_pairs.units as {{ bigint }}) as units,
        cast(coalesce(converter_pairs.converters, 0) as {{ bigint }}) as converters
    from compared_goals
    inner join unit_pairs on compared_goals.population = unit_pairs.population
    left join converter_pairs
        on
            compared_goals.goal_id = converter_pairs.goal_id
            and unit_pairs.dimension = converter_pairs.dimension
            and unit_pairs.segment = converter_pairs.segment
            and unit_pairs.strata = converter_pairs.strata
            and unit_pairs.stratum = converter_pairs.stratum

),

-- everybody else of the stratum
beside_the_rest as (

    select
        *,
        {% for count_ in ['units', 'converters'] -%}
        cast(sum({{ count_ }}) over (
            partition by goal_id, dimension, strata, stratum
        ) - {{ count_ }} as {{ bigint }}) as rest_{{ count_ }}{{ ',' if not loop.last }}
        {% endfor %}
    from pairs

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
    from beside_the_rest
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
        compared.*,
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

    {{ waymark.benjamini_hochberg('tested', key, 'p_value') | indent(4) }}

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
    from beside_the_rest
    where strata <> 'all'
    group by {{ key | join(', ') }}, strata

),

adjusted_tests as (

    select
        adjusted.*,
        {{ waymark.rate(
            'tested.converters * (tested.rest_units - tested.rest_converters)',
            '(tested.rest_converters * (tested.units - tested.converters))'
        ) }} as odds_ratio
    from adjusted
    inner join tested
        on
            adjusted.goal_id = tested.goal_id
            and adjusted.dimension = tested.dimension
            and adjusted.segment = tested.segment
    where
        tested.not_judged_because is null
        and 2 * adjusted.compared_units >= adjusted.all_units

),

corrected_adjusted as (

    {{ waymark.benjamini_hochberg(
        'adjusted_tests',
        key + [
            'strata', 'odds_ratio', 'adjusted_odds_ratio', 'adjusted_lower', 'adjusted_upper',
            'adjusted_p',
        ],
        'adjusted_p', name='adjusted_q'
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

periods as (

    select
        population,
        min(first_seen_from) as first_seen_from,
        max(first_seen_to) as first_seen_to
    from unit_cells
    group by population

),

described_rows as (

    select
        goals.goal_name as goal_name,
        goals.label as label,
        goals.tier as tier,
        goals.owner as owner,
        goals.eligible_after_goal_name as eligible_after_goal_name,
        goals.direction as goal_direction,
        compared_goals.window_seconds as window_seconds,
        periods.first_seen_from as first_seen_from,
        periods.first_seen_to as first_seen_to,
        tested.*,
        corrected.q_value as q_value,
        coalesce(corrected.q_value < 0.05, false) as differs,
        reversals.strata as reversed_by,
        reversals.adjusted_odds_ratio as adjusted_odds_ratio,
        reversals.adjusted_lower as adjusted_odds_ratio_low,
        reversals.adjusted_upper as adjusted_odds_ratio_high
    from tested
    inner join goals on tested.goal_id = goals.goal_id
    inner join compared_goals on tested.goal_id = compared_goals.goal_id
    inner join periods on compared_goals.population = periods.population
    left join corrected
        on
            tested.goal_id = corrected.goal_id
            and tested.dimension = corrected.dimension
            and tested.segment = corrected.segment
    left join reversals
        on
            tested.goal_id = reversals.goal_id
            and tested.dimension = reversals.dimension
            and tested.segment = reversals.segment
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
