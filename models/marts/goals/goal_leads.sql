{{ config(materialized='refreshed') }}

{%- set double = waymark.sql_type('double') %}
{%- set most_weeks = 8 %}
{%- set least_weeks = 12 %}
{%- set z = 1.959963984540054 %}
{%- set edges = [] %}
{%- for goal in waymark.load_config().goals.values() %}
    {%- for ancestor in goal.ancestors %}
        {%- do edges.append([goal.name, ancestor, ancestor == goal.parent]) %}
    {%- endfor %}
{%- endfor %}
{%- set plan = waymark.rebuild_plan(['goal_status'], ['goals']) %}

{{ waymark.refresh_header(plan) }}
with

goals as (

    select * from {{ ref('goals') }}

),

complete_weeks as (

    select
        goal_name,
        period_start,
        value
    from {{ ref('goal_status') }}
    where
        is_complete_period
        and value is not null

),

-- from week to week: a trend that two goals share is a constant there, and correlates with nothing
moves as (

    select
        complete_weeks.goal_name as goal_name,
        complete_weeks.period_start as period_start,
        complete_weeks.value - week_before.value as move
    from complete_weeks
    inner join complete_weeks as week_before
        on
            complete_weeks.goal_name = week_before.goal_name
            and {{ waymark.add_periods('complete_weeks.period_start', -1, 'week') }}
            = week_before.period_start

),

-- how much of a move is taken back the week after: such series correlate more by chance
centred as (

    select
        goal_name,
        period_start,
        move - avg(move) over (partition by goal_name) as move
    from moves

),

variances as (

    select
        goal_name,
        sum(move * move) as total
    from centred
    group by goal_name

),

persistences as (

    select
        centred.goal_name as goal_name,
        sum(centred.move * week_before.move) / nullif(min(variances.total), 0) as persistence
    from centred
    inner join centred as week_before
        on
            centred.goal_name = week_before.goal_name
            and {{ waymark.add_periods('centred.period_start', -1, 'week') }}
            = week_before.period_start
    inner join variances on centred.goal_name = variances.goal_name
    group by centred.goal_name

),

edges as (

    {{ waymark.literal_rows(
        {'goal_name': 'text', 'ancestor_goal_name': 'text', 'is_parent': 'boolean'}, edges
    ) }}

),

lags as (

    {{ waymark.number_rows(
        'edges', ['goal_name', 'ancestor_goal_name', 'is_parent'], 0, most_weeks, 'lag_weeks'
    ) }}

),

-- each move of the ancestor with the move of the goal so many weeks before
pairs as (

    select
        lags.goal_name as goal_name,
        lags.ancestor_goal_name as ancestor_goal_name,
        lags.lag_weeks as lag_weeks,
        goal_moves.move as goal_move,
        ancestor_moves.move as ancestor_move
    from lags
    inner join moves as ancestor_moves on lags.ancestor_goal_name = ancestor_moves.goal_name
    inner join moves as goal_moves
        on
            lags.goal_name = goal_moves.goal_name
            and {{ waymark.add_periods(
                'ancestor_moves.period_start', '-7 * lags.lag_weeks', 'day'
            ) }} = goal_moves.period_start

),

centred_pairs as (

    select
        goal_name,
        ancestor_goal_name,
        lag_weeks,
        goal_move - avg(goal_move) over (
            partition by goal_name, ancestor_goal_name, lag_weeks
        ) as goal_move,
        ancestor_move - avg(ancestor_move) over (
            partition by goal_name, ancestor_goal_name, lag_weeks
        ) as ancestor_move
    from pairs

),

sums as (

    select
        goal_name,
        ancestor_goal_name,
        lag_weeks,
        count(*) as weeks,
        sum(goal_move * ancestor_move) as covariance,
        sum(goal_move * goal_move) as goal_variance,
        sum(ancestor_move * ancestor_move) as ancestor_variance
    from centred_pairs
    group by goal_name, ancestor_goal_name, lag_weeks

),

correlated as (

    select
        lags.goal_name as goal_name,
        lags.ancestor_goal_name as ancestor_goal_name,
        lags.is_parent as is_parent,
        lags.lag_weeks as lag_weeks,
        case when goal.direction = ancestor.direction then 1 else -1 end as expected_sign,
        coalesce(sums.weeks, 0) as weeks,
        case
            when sums.weeks >= {{ least_weeks }}
                then
                    sums.covariance
                    / nullif(sqrt(sums.goal_variance) * sqrt(sums.ancestor_variance), 0)
        end as correlation,
        sums.weeks / (
            1 + case
                when goal_persistence.persistence * ancestor_persistence.persistence > 0
                    then 2 * goal_persistence.persistence * ancestor_persistence.persistence
                else 0
            end
        ) as effective_weeks
    from lags
    inner join goals as goal on lags.goal_name = goal.goal_name
    inner join goals as ancestor on lags.ancestor_goal_name = ancestor.goal_name
    left join sums
        on
            lags.goal_name = sums.goal_name
            and lags.ancestor_goal_name = sums.ancestor_goal_name
            and lags.lag_weeks = sums.lag_weeks
    left join persistences as goal_persistence on lags.goal_name = goal_persistence.goal_name
    left join persistences as ancestor_persistence
        on lags.ancestor_goal_name = ancestor_persistence.goal_name

),

-- Fisher's z is normal; that of a perfect correlation would be infinite
transformed as (

    select
        *,
        ln(
            (1 + case when abs(correlation) > 0.999999 then 0.999999 else abs(correlation) end)
            / (1 - case when abs(correlation) > 0.999999 then 0.999999 else abs(correlation) end)
        ) / 2 * case when correlation < 0 then -1 else 1 end as fisher_z,
        -- databases take the root of every row, also of those with too few weeks
        sqrt(greatest(effective_weeks - 3, 0)) as fisher_precision
    from correlated

),

tested as (

    select
        *,
        {{ waymark.normal_p('fisher_z * fisher_precision') }} as p_value,
        {% for side, sign in [('low', '-'), ('high', '+')] -%}
        2 / (1 + exp(-2 * (fisher_z {{ sign }} {{ z }} / nullif(fisher_precision, 0)))) - 1
            as correlation_{{ side }},
        {% endfor -%}
        row_number() over (
            partition by goal_name, ancestor_goal_name
            order by
                case when correlation is null then 1 else 0 end,
                abs(correlation) desc,
                lag_weeks
        ) as strength
    from transformed

),

adjusted as (

    {{ waymark.benjamini_hochberg('tested', [
        'goal_name', 'ancestor_goal_name', 'is_parent', 'lag_weeks', 'expected_sign', 'weeks',
        'effective_weeks', 'correlation', 'correlation_low', 'correlation_high', 'p_value',
        'strength',
    ], 'p_value') }}

),

final as (

    select
        *,
        case
            when strength > 1 then null
            when correlation is null then 'not_enough_data'
            when q_value >= 0.05 then 'no_relation'
            when correlation * expected_sign < 0 then 'opposite'
            when lag_weeks = 0 then 'moves_together'
            else 'leads'
        end as verdict,
        case
            when weeks < {{ least_weeks }} then 'fewer than {{ least_weeks }} weeks'
            when correlation is null then 'one of the two never moves'
        end as not_enough_because
    from adjusted

)

select

    ---------- the edge
    goal_name,
    ancestor_goal_name,
    is_parent,
    cast(lag_weeks as {{ dbt.type_bigint() }}) as lag_weeks,

    ---------- evidence
    cast(weeks as {{ dbt.type_bigint() }}) as weeks,
    cast(effective_weeks as {{ double }}) as effective_weeks,
    correlation,
    correlation_low,
    correlation_high,
    p_value,
    q_value,

    ---------- verdict
    strength = 1 as is_best_lag,
    verdict,
    not_enough_because

from final
