{{ config(enabled=(project_name == 'waymark')) }}

-- The segments of a dimension contribute the whole change of the goal, and are all of it.

select
    goal_name,
    dimension,
    min(change) as change,
    sum(contribution) as contribution,
    max(value) as value,
    sum(amount) / nullif(sum(base), 0) as segments_value
from {{ ref('goal_contributions') }}
where dimension <> 'child_goal'
group by goal_name, dimension
having
    abs(sum(contribution) - min(change)) > 0.000000001 * (1 + abs(min(change)))
    or (
        max(metric) not in ('converters', 'completions', 'value')
        and abs(sum(amount) / nullif(sum(base), 0) - max(value)) > 0.000000001 * (1 + max(value))
    )

union all

select
    goal_name,
    dimension,
    change,
    contribution + other_effect as contribution,
    value,
    cast(null as {{ waymark.sql_type('double') }}) as segments_value
from {{ ref('goal_contributions') }}
where
    dimension = 'child_goal'
    and abs(contribution + other_effect - change) > 0.000000001 * (1 + abs(change))
