{{ config(materialized='refreshed') }}

{#- Which names each rule looks at. The order of words is a matter of events only. -#}
{%- set object_types = {
    'lower_snake_case': "'event', 'goal', 'campaign', 'parameter'",
    'no_hyphens_or_spaces': "'event', 'goal', 'campaign', 'parameter'",
    'no_generic_names': "'event', 'goal'",
    'object_action_order': "'event'",
    'name_length': "'event', 'goal', 'parameter'",
} -%}
{%- set rules = waymark.naming_rules() -%}
{%- set naming_exceptions = waymark.seed_relation('naming_exceptions') -%}
{%- set plan = waymark.rebuild_plan(
    ['events', 'tracking_plan_coverage'], ['goals'], [naming_exceptions], rules
) -%}

{{ waymark.refresh_header(plan) }}
with

events as {{ waymark.not_materialized() }}(

    select * from {{ ref('events') }}

),

goals as (

    select * from {{ ref('goals') }}

),

tracking_plan_coverage as (

    select * from {{ ref('tracking_plan_coverage') }}

),

naming_exceptions as (

    select * from {{ naming_exceptions }}

),

-- '(not set)', '<Other>' and the like are placeholders of a tool, not names that a team gave
objects as (

    select
        'event' as object_type,
        event_name as object_name,
        cast(count(*) as bigint) as events
    from events
    group by event_name
    union all
    select
        'campaign' as object_type,
        campaign as object_name,
        cast(count(*) as bigint) as events
    from events
    where
        campaign is not null
        and substr(campaign, 1, 1) not in ('(', '<')
    group by campaign
    union all
    select
        'goal' as object_type,
        goal_name as object_name,
        cast(null as bigint) as events
    from goals
    union all
    select
        'parameter' as object_type,
        parameter_name as object_name,
        cast(sum(filled_events) as bigint) as events
    from tracking_plan_coverage
    where parameter_name is not null
    group by parameter_name

),

names as (

    select
        object_type,
        object_name,
        events,
        {{ waymark.snake_case_name('object_name') }} as snake_case_name,
        {{ waymark.normalised_name('object_name') }} as normalised_name
    from objects

),

spellings as (

    select
        object_type,
        object_name,
        events,
        first_value(object_name) over (
            partition by object_type, normalised_name
            order by
                case when object_name = snake_case_name then 0 else 1 end asc,
                events desc,
                object_name asc
        ) as preferred_name
    from names

),
{% for rule_name, rule in rules.items() %}
{{ rule_name }} as (

    select
        '{{ rule_name }}' as rule_name,
        object_type,
        object_name,
        {{ waymark.text_literal(rule.message) }} as message,
        {{ rule.suggestion }} as suggestion,
        events
    from names
    where
        {{ rule.is_broken }}
        and object_type in ({{ object_types[rule_name] }})

),
{% endfor %}
no_near_duplicates as (

    select
        'no_near_duplicates' as rule_name,
        object_type,
        object_name,
        'The same name as the suggestion, written differently: its counts are split.' as message,
        preferred_name as suggestion,
        events
    from spellings
    where object_name <> preferred_name

),

registered_in_tracking_plan as (

    select
        'registered_in_tracking_plan' as rule_name,
        case when parameter_name is null then 'event' else 'parameter' end as object_type,
        coalesce(event_name || '.' || parameter_name, event_name) as object_name,
        'Not in the tracking plan: add it, or stop sending it.' as message,
        null as suggestion,
        coalesce(filled_events, events) as events
    from tracking_plan_coverage
    where status = 'unplanned'

),

violations as (

    {% for rule_name in rules -%}
    select * from {{ rule_name }}
    union all
    {% endfor -%}
    select * from no_near_duplicates
    union all
    select * from registered_in_tracking_plan

),

final as (

    select
        violations.rule_name,
        violations.object_type,
        violations.object_name,
        violations.message,
        violations.suggestion,
        violations.events
    from violations
    left join naming_exceptions
        on
            naming_exceptions.rule_name in (violations.rule_name, '*')
            and violations.object_type = naming_exceptions.object_type
            and violations.object_name = naming_exceptions.object_name
    where naming_exceptions.object_name is null

)

select
    rule_name,
    object_type,
    object_name,
    message,
    suggestion,
    events
from final
