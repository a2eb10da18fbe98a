{{ config(materialized='refreshed') }}

{%- set config_ = waymark.load_config() %}
{%- set funnel_goals = [] %}
{%- set funnel_events = [] %}
{%- for funnel in config_.funnels.values() %}
    {%- for part in funnel.steps + funnel.exclusions %}
        {%- if part.goal %}
            {%- do funnel_goals.append([funnel.name, part.goal.name]) %}
        {%- else %}
            {%- do funnel_events.append([funnel.name, part.event]) %}
        {%- endif %}
    {%- endfor %}
{%- endfor %}
{%- set cohort_goals = [] %}
{%- for cohort in config_.cohorts.values() %}
    {%- for goal in [cohort.start, cohort.return] if goal %}
        {%- do cohort_goals.append([cohort.name, goal.name]) %}
    {%- endfor %}
{%- endfor %}
{#- What tables of Waymark read by its name, goal or not. -#}
{%- set orders = [waymark.text_literal('refund')] %}
{%- for name in waymark.purchase_event_names() %}
    {%- do orders.append(waymark.text_literal(name)) %}
{%- endfor %}
{%- set tables = {
    'form_funnels': "event_name in ('" ~ (waymark.form_event_names() | join("', '")) ~ "')",
    'order_items': 'lower(event_name) in (' ~ orders | join(', ') ~ ')',
    'sessions': waymark.is_page_view('event_name'),
} %}
{%- set tracking_plan = waymark.seed_relation('tracking_plan') %}
{%- set plan = waymark.rebuild_plan(
    ['events', 'goal_completions'], ['goals', 'funnels', 'cohorts'], [tracking_plan]
) %}

{{ waymark.refresh_header(plan) }}
with

events as {{ waymark.not_materialized() }}(

    select * from {{ ref('events') }}

),

goal_events as (

    select * from {{ ref('goal_events') }}

),

tracking_plan as (

    select * from {{ tracking_plan }}

),

sent_events as (

    select
        event_name,
        count(*) as events,
        max(event_at) as last_seen_at
    from events
    group by event_name

),

-- an event is planned as soon as one of its parameters is
planned_events as (

    select
        event_name,
        max(case when is_key_event then 1 else 0 end) as key_events,
        coalesce(max(case when parameter_name is null then owner end), max(owner)) as owner,
        max(case when source = 'ga4' and parameter_name is null then 1 else 0 end) as ga4_events
    from tracking_plan
    where event_name <> '*'
    group by event_name

),

---------- who reads which event

-- a goal that reads every event uses those that completed it
goal_uses as (

    select
        event_name,
        goal_name
    from goal_events
    where event_name is not null
    union distinct
    select
        events.event_name as event_name,
        goal_completions.goal_name as goal_name
    from {{ ref('goal_completions') }} as goal_completions
    inner join events on goal_completions.event_id = events.event_id
    where
        goal_completions.goal_id in (
            select goal_events.goal_id from goal_events
            where goal_events.event_name is null
        )

),

funnel_goals as (

    {{ waymark.literal_rows(
        {'funnel_name': 'text', 'goal_name': 'text'}, funnel_goals
    ) | indent(4) }}

),

excluded_events as (

    {{ waymark.literal_rows(
        {'funnel_name': 'text', 'event_name': 'text'}, funnel_events
    ) | indent(4) }}

),

cohort_goals as (

    {{ waymark.literal_rows(
        {'cohort_name': 'text', 'goal_name': 'text'}, cohort_goals
    ) | indent(4) }}

),

event_uses as (

    select
        event_name,
        'goal' as used_by,
        goal_name as user_name
    from goal_uses
    union distinct
    select
        goal_uses.event_name as event_name,
        'funnel' as used_by,
        funnel_goals.funnel_name as user_name
    from goal_uses
    inner join funnel_goals on goal_uses.goal_name = funnel_goals.goal_name
    union distinct
    select
        event_name,
        'funnel' as used_by,
        funnel_name as user_name
    from excluded_events
    union distinct
    select
        goal_uses.event_name as event_name,
        'cohort' as used_by,
        cohort_goals.cohort_name as user_name
    from goal_uses
    inner join cohort_goals on goal_uses.goal_name = cohort_goals.goal_name
    {%- for table_name, condition in tables.items() %}
    union distinct
    select
        event_name,
        'table' as used_by,
        '{{ table_name }}' as user_name
    from sent_events
    where {{ condition }}
    {%- endfor %}

),

users as (

    select
        event_name,
        {% for user in ['goal', 'funnel', 'cohort', 'table'] -%}
        count(case when used_by = '{{ user }}' then 1 end) as {{ user }}s,
        {{ waymark.text_list("case when used_by = '" ~ user ~ "' then user_name end") }}
            as {{ user }}_names{{ ',' if not loop.last }}
        {% endfor %}
    from event_uses
    group by event_name

),

---------- every name that is sent, planned or read

event_names as (

    select event_name from sent_events
    union distinct
    select event_name from planned_events
    union distinct
    select event_name from users

),

listed as (

    select
        event_names.event_name as event_name,
        planned_events.owner as owner,
        planned_events.event_name is not null as is_planned,
        coalesce(planned_events.key_events, 0) = 1 as is_key_event,
        coalesce(planned_events.ga4_events, 0) = 1 as is_ga4_event,
        coalesce(sent_events.events, 0) as events,
        sent_events.last_seen_at as last_seen_at,
        coalesce(users.goals, 0) as goals,
        users.goal_names as goal_names,
        coalesce(users.funnels, 0) as funnels,
        users.funnel_names as funnel_names,
        coalesce(users.cohorts, 0) as cohorts,
        users.cohort_names as cohort_names,
        coalesce(users.tables, 0) as tables,
        users.table_names as table_names,
        users.event_name is not null as is_used,
        sum(coalesce(sent_events.events, 0)) over () as all_events
    from event_names
    left join planned_events on event_names.event_name = planned_events.event_name
    left join sent_events on event_names.event_name = sent_events.event_name
    left join users on event_names.event_name = users.event_name

),

has_plan as (

    select count(*) > 0 as has_plan from tracking_plan

),

final as (

    select
        listed.*,
        {{ waymark.rate('listed.events', 'listed.all_events') }} as volume_rate,
        case
            when listed.is_used and listed.events = 0
                then 'Used, but it never came: repair the tracking, or the name.'
            when listed.is_used and not listed.is_planned and has_plan.has_plan
                then 'Used, but not planned: add it to the tracking plan, with an owner.'
            when listed.is_used then 'It is used: keep it.'
            when listed.events = 0
                then 'It never came and no goal uses it: take it out of the plan.'
            when listed.is_ga4_event
                then 'GA4 collects it, and no goal uses it: leave it, or switch it off there.'
            when listed.is_key_event
                then 'A key event that no goal uses: make one of it, or stop calling it key.'
            when listed.is_planned or not has_plan.has_plan
                then 'No goal uses it: make one of it, or stop tracking it.'
            else 'Not planned, and no goal uses it: stop tracking it.'
        end as recommendation
    from listed
    cross join has_plan

)

select

    ---------- the event
    event_name,
    owner,
    is_planned,
    is_key_event,
    cast(events as {{ dbt.type_bigint() }}) as events,
    volume_rate,
    last_seen_at,

    ---------- who reads it
    is_used,
    cast(goals as {{ dbt.type_bigint() }}) as goals,
    goal_names,
    cast(funnels as {{ dbt.type_bigint() }}) as funnels,
    funnel_names,
    cast(cohorts as {{ dbt.type_bigint() }}) as cohorts,
    cohort_names,
    cast(tables as {{ dbt.type_bigint() }}) as tables,
    table_names,
    recommendation

from final
