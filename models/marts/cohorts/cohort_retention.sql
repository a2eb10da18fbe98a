{%- set config_ = waymark.load_config() %}
{%- set rows = [] %}
{%- for cohort in config_.cohorts.values() %}
    {%- do rows.append([
        cohort.name, cohort.start.id, cohort.return.id,
        cohort.interval, cohort.intervals, cohort.criterion, cohort.min_occurrences,
    ]) %}
{%- endfor %}

with

goal_completions as (

    select * from {{ ref('goal_completions') }}
    where visitor_key is not null

),

data_end as (

    select max(event_date) as last_event_date
    from {{ ref('events') }}

),

definitions as (

    {{ waymark.literal_rows({
        'cohort_name': 'text',
        'start_goal_id': 'bigint',
        'return_goal_id': 'bigint',
        'interval_unit': 'text',
        'intervals': 'integer',
        'criterion': 'text',
        'min_occurrences': 'integer',
    }, rows) }}

),

-- a unit is in one cohort, that of its first start over all history
firsts as (

    select
        goal_id,
        visitor_key,
        min(completed_at) as started_at,
        {{ waymark.min_by('dimensions', ['event_order', 'event_id']) }} as dimensions
    from goal_completions
    where goal_id in (select definitions.start_goal_id from definitions)
    group by goal_id, visitor_key

),

members as (

    select
        definitions.cohort_name,
        definitions.return_goal_id,
        definitions.interval_unit,
        firsts.visitor_key,
        firsts.started_at,
        firsts.dimensions,
        {{ waymark.period_start_of(
            'definitions.interval_unit',
            waymark.to_local_time('firsts.started_at', config_.timezone),
            config_.week_start
        ) }} as cohort_start
    from firsts
    inner join definitions on firsts.goal_id = definitions.start_goal_id

),

-- how often each member came back in each interval, the one of the start included
returns as (

    select
        members.cohort_name,
        members.visitor_key,
        {{ waymark.periods_between_of(
            'members.interval_unit',
            'members.cohort_start',
            waymark.period_start_of(
                'members.interval_unit',
                waymark.to_local_time('goal_completions.completed_at', config_.timezone),
                config_.week_start
            )
        ) }} as interval_number,
        count(*) as occurrences
    from members
    inner join goal_completions
        on
            members.return_goal_id = goal_completions.goal_id
            and members.visitor_key = goal_completions.visitor_key
            and members.started_at < goal_completions.completed_at
    group by 1, 2, 3

),

sliced as (

    select
        cohort_name,
        interval_unit,
        cohort_start,
        visitor_key,
        'all' as breakdown_name,
        'all' as breakdown_value
    from members

    {% for cohort in config_.cohorts.values() -%}
    {% for property in cohort.breakdowns -%}
    union all

    select
        cohort_name,
        interval_unit,
        cohort_start,
        visitor_key,
        {{ waymark.text_literal(property) }} as breakdown_name,
        coalesce({{ waymark.json_value('dimensions', property) }}, '(not set)') as breakdown_value
    from members
    where cohort_name = {{ waymark.text_literal(cohort.name) }}

    {% endfor -%}
    {% endfor %}
),

sizes as (

    select
        cohort_name,
        interval_unit,
        cohort_start,
        breakdown_name,
        breakdown_value,
        count(*) as cohort_size
    from sliced
    group by cohort_name, interval_unit, cohort_start, breakdown_name, breakdown_value

),

interval_numbers as (

    select {{ waymark.number_spine(0, 1000) }} as interval_number

),

cells as (

    select
        sizes.*,
        definitions.criterion,
        interval_numbers.interval_number
    from sizes
    inner join definitions on sizes.cohort_name = definitions.cohort_name
    inner join interval_numbers on definitions.intervals >= interval_numbers.interval_number

),

accumulated as (

    select
        returns.cohort_name,
        returns.visitor_key,
        returns.interval_number,
        returns.occurrences,
        sum(returns.occurrences) over (
            partition by returns.cohort_name, returns.visitor_key
            order by returns.interval_number desc
        ) as occurrences_from_here,
        definitions.min_occurrences
    from returns
    inner join definitions on returns.cohort_name = definitions.cohort_name

),

-- `on`: enough returns in this interval
unit_intervals as (

    select
        cohort_name,
        visitor_key,
        interval_number
    from accumulated
    where occurrences >= min_occurrences

),

-- `on_or_after`: enough returns in this interval and all later ones together
last_intervals as (

    select
        cohort_name,
        visitor_key,
        max(interval_number) as last_interval_number
    from accumulated
    where occurrences_from_here >= min_occurrences
    group by cohort_name, visitor_key

),

returned_on as (

    select
        sliced.cohort_name,
        sliced.cohort_start,
        sliced.breakdown_name,
        sliced.breakdown_value,
        unit_intervals.interval_number,
        count(*) as units_returned
    from sliced
    inner join unit_intervals
        on
            sliced.cohort_name = unit_intervals.cohort_name
            and sliced.visitor_key = unit_intervals.visitor_key
    group by 1, 2, 3, 4, 5

),

last_counts as (

    select
        sliced.cohort_name,
        sliced.cohort_start,
        sliced.breakdown_name,
        sliced.breakdown_value,
        last_intervals.last_interval_number,
        count(*) as units
    from sliced
    inner join last_intervals
        on
            sliced.cohort_name = last_intervals.cohort_name
            and sliced.visitor_key = last_intervals.visitor_key
    group by 1, 2, 3, 4, 5

),

returned_on_or_after as (

    select
        cells.cohort_name,
        cells.cohort_start,
        cells.breakdown_name,
        cells.breakdown_value,
        cells.interval_number,
        sum(last_counts.units) as units_returned
    from cells
    inner join last_counts
        on
            cells.cohort_name = last_counts.cohort_name
            and cells.cohort_start = last_counts.cohort_start
            and cells.breakdown_name = last_counts.breakdown_name
            and cells.breakdown_value = last_counts.breakdown_value
            and cells.interval_number <= last_counts.last_interval_number
    where cells.criterion = 'on_or_after'
    group by 1, 2, 3, 4, 5

),

counted as (

    select
        cells.*,
        coalesce(
            case
                when cells.criterion = 'on' then returned_on.units_returned
                else returned_on_or_after.units_returned
            end,
            0
        ) as units_returned,
        coalesce(same_interval.units_returned, 0) as units_returned_same_interval,
        {{ waymark.add_periods_of(
            'cells.interval_unit', 'cells.cohort_start', 'cells.interval_number + 1'
        ) }}
        <= {{ waymark.add_periods('data_end.last_event_date', 1, 'day') }} as is_mature
    from cells
    cross join data_end
    {% for alias, relation, number in [
        ('returned_on', 'returned_on', 'cells.interval_number'),
        ('returned_on_or_after', 'returned_on_or_after', 'cells.interval_number'),
        ('same_interval', 'returned_on', '0'),
    ] -%}
    left join {{ relation }} as {{ alias }}
        on
            cells.cohort_name = {{ alias }}.cohort_name
            and cells.cohort_start = {{ alias }}.cohort_start
            and cells.breakdown_name = {{ alias }}.breakdown_name
            and cells.breakdown_value = {{ alias }}.breakdown_value
            and {{ alias }}.interval_number = {{ number }}
    {% endfor %}
),

-- a cell that has not had its time is unknown, not zero; cell 0 is the cohort itself
final as (

    select
        cohort_name,
        cohort_start,
        breakdown_name,
        breakdown_value,
        interval_number,
        interval_unit,
        criterion,
        cohort_size,
        case
            when interval_number = 0 then cohort_size
            when is_mature then units_returned
        end as units_returned,
        case
            when interval_number = 0 then units_returned_same_interval
        end as units_returned_same_interval,
        is_mature
    from counted

)

select
    cohort_name,
    cohort_start,
    breakdown_name,
    breakdown_value,
    interval_number,
    interval_unit,
    criterion,
    cohort_size,
    cast(units_returned as bigint) as units_returned,
    {{ waymark.rate('units_returned', 'cohort_size') }} as retention_rate,
    units_returned_same_interval,
    is_mature
from final
