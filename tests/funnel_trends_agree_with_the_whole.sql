{{ config(enabled=(project_name == 'waymark')) }}

{%- set week_start = waymark.load_config().week_start %}
{%- set whole_periods = {
    'all': 'cast(null as date)',
    'week': waymark.period_start('period_start', 'week', week_start),
    'month': waymark.period_start('period_start', 'month'),
} %}

-- A unit counts once a period. So a day has no more units of a step than its week, its month and
-- the whole funnel, and the days of each together have no fewer. (Not so of an optional step: the
-- deepest attempt of a week may have left out what a shallower one of a day did not.)

with

required_steps as (

    select
        funnel_name,
        step_number
    from {{ ref('funnel_definitions') }}
    where not is_optional

),

funnel_trends as (

    select * from {{ ref('funnel_trends') }}

),

wholes as (

    select
        funnel_name,
        'all' as period,
        cast(null as date) as period_start,
        step_number,
        units_reached
    from {{ ref('funnel_steps') }}
    where breakdown_name = 'all'

    union all

    select
        funnel_name,
        period,
        period_start,
        step_number,
        units_reached
    from funnel_trends
    where period <> 'day'

),

days as (

    {% for period, period_start in whole_periods.items() -%}
    select
        funnel_name,
        '{{ period }}' as period,
        {{ period_start }} as period_start,
        step_number,
        max(units_reached) as most_of_a_day,
        sum(units_reached) as sum_of_days
    from funnel_trends
    where period = 'day'
    group by 1, 2, 3, 4
    {{ 'union all' if not loop.last }}

    {% endfor %}
)

select
    wholes.*,
    days.most_of_a_day,
    days.sum_of_days
from wholes
full outer join days
    on
        wholes.funnel_name = days.funnel_name
        and wholes.period = days.period
        and wholes.period_start is not distinct from days.period_start
        and wholes.step_number = days.step_number
inner join required_steps
    on
        coalesce(wholes.funnel_name, days.funnel_name) = required_steps.funnel_name
        and coalesce(wholes.step_number, days.step_number) = required_steps.step_number
where
    coalesce(wholes.units_reached, -1)
    not between coalesce(days.most_of_a_day, 0) and coalesce(days.sum_of_days, 0)
