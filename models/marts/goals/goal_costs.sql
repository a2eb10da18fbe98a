{%- set timezone = waymark.load_config().timezone %}
{%- set number = 'decimal(33, 6)' %}

with

goals as (

    select
        *,
        1 as joins_all
    from {{ ref('goals') }}

),

campaign_costs as (

    select * from {{ ref('campaign_costs') }}

),

campaigns as (

    select
        channel,
        campaign
    from campaign_costs
    group by channel, campaign

),

-- money of several currencies does not add up
spent as (

    select
        channel,
        campaign,
        cost_date,
        case when count(distinct currency) < 2 then sum(cost) end as cost,
        case when count(distinct currency) < 2 then max(currency) end as currency,
        sum(impressions) as impressions,
        sum(clicks) as clicks
    from campaign_costs
    group by channel, campaign, cost_date

),

paid_sessions as (

    select
        sessions.session_key as session_key,
        campaigns.channel as channel,
        campaigns.campaign as campaign
    from {{ ref('sessions') }} as sessions
    inner join campaigns
        on
            sessions.channel = campaigns.channel
            and sessions.campaign = campaigns.campaign

),

completed as (

    select
        goal_completions.goal_id as goal_id,
        paid_sessions.channel as channel,
        paid_sessions.campaign as campaign,
        {{ waymark.period_start(
            waymark.to_local_time('goal_completions.completed_at', timezone), 'day'
        ) }} as cost_date,
        count(*) as completions,
        count(distinct {{ waymark.lasting_visitor_key('goal_completions.visitor_key') }})
            as converters
    from {{ ref('goal_completions') }} as goal_completions
    inner join paid_sessions on goal_completions.session_key = paid_sessions.session_key
    group by 1, 2, 3, 4

),

-- also days after the money was spent, on which its visitors come back
days as (

    select
        channel,
        campaign,
        cost_date,
        1 as joins_all
    from spent
    union distinct
    select
        channel,
        campaign,
        cost_date,
        1 as joins_all
    from completed

),

final as (

    select
        goals.goal_name as goal_name,
        goals.tier as tier,
        goals.kind as kind,
        days.channel as channel,
        days.campaign as campaign,
        days.cost_date as cost_date,
        spent.currency as currency,
        spent.channel is not null as is_spent_day,
        spent.cost as cost,
        coalesce(spent.impressions, 0) as impressions,
        coalesce(spent.clicks, 0) as clicks,
        coalesce(completed.completions, 0) as completions,
        coalesce(completed.converters, 0) as converters
    from days
    inner join goals on days.joins_all = goals.joins_all
    left join spent
        on
            days.channel = spent.channel
            and days.campaign = spent.campaign
            and days.cost_date = spent.cost_date
    left join completed
        on
            goals.goal_id = completed.goal_id
            and days.channel = completed.channel
            and days.campaign = completed.campaign
            and days.cost_date = completed.cost_date

),

priced as (

    select
        *,
        case when is_spent_day then cost else 0 end as day_cost
    from final

)

select

    ---------- the goal
    goal_name,
    tier,
    kind,
    case
        when kind = 'outcome' or tier in (1, 2) then 'macro'
        when kind is not null or tier = 3 then 'micro'
    end as conversion_type,

    ---------- where and when
    channel,
    campaign,
    cost_date,

    ---------- what was spent, and what it brought
    currency,
    cast(day_cost as {{ number }}) as cost,
    cast(impressions as {{ dbt.type_bigint() }}) as impressions,
    cast(clicks as {{ dbt.type_bigint() }}) as clicks,
    cast(completions as {{ dbt.type_bigint() }}) as completions,
    cast(converters as {{ dbt.type_bigint() }}) as converters,
    {{ waymark.rate('day_cost', 'completions') }} as cost_per_completion

from priced
