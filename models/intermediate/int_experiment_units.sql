{{ config(materialized='refreshed') }}

{%- set config_ = waymark.load_config() %}
{%- set properties = config_.experiments.values() | map(attribute='variant_property')
    | unique(case_sensitive=true) | list %}
{%- set plan = waymark.rebuild_plan(['goal_completions', 'events'], ['goals', 'experiments']) %}
{%- set exposed_on = waymark.order_to_local_date(
    'goal_completions.event_order', config_.timezone
) %}

{{ waymark.refresh_header(plan) }}
with

experiment_definitions as (

    select * from {{ ref('experiment_definitions') }}

),

experiments as (

    select distinct
        experiment_name,
        exposure_goal_id,
        variant_property,
        starts_on,
        ends_on,
        window_seconds
    from experiment_definitions

),

data_range as (

    select max(event_at) as last_event_at
    from {{ ref('events') }}
    {%- if not properties %}
    where 1 = 0
    {%- endif %}

),

exposures as (

    select
        experiments.experiment_name as experiment_name,
        {{ waymark.lasting_visitor_key('goal_completions.visitor_key') }} as visitor_key,
        goal_completions.event_order as event_order,
        goal_completions.event_id as event_id,
        case experiments.variant_property
            {% for property in properties -%}
            when {{ waymark.text_literal(property) }}
                then {{ waymark.json_value('goal_completions.dimensions', property) }}
            {% else -%}
            when '' then ''
            {% endfor -%}
        end as variant,
        case
            when experiments.starts_on is not null and {{ exposed_on }} < experiments.starts_on
                then 'before'
            when experiments.ends_on is not null and {{ exposed_on }} > experiments.ends_on
                then 'after'
            else 'during'
        end as moment
    from {{ ref('goal_completions') }} as goal_completions
    inner join experiments on goal_completions.goal_id = experiments.exposure_goal_id
    {%- if not properties %}
    where 1 = 0
    {%- endif %}

),

-- an exposure counts with a variant that the experiment has, from its first to its last day
judged_exposures as (

    select
        exposures.experiment_name as experiment_name,
        exposures.visitor_key as visitor_key,
        exposures.event_order as event_order,
        exposures.event_id as event_id,
        case
            when exposures.moment <> 'during' then exposures.moment
            when experiment_definitions.variant is null then 'unknown'
            else 'counted'
        end as judgement,
        case when exposures.moment = 'during' then experiment_definitions.variant end as variant
    from exposures
    left join experiment_definitions
        on
            exposures.experiment_name = experiment_definitions.experiment_name
            and exposures.variant = experiment_definitions.variant

),

units as (

    select
        experiment_name,
        visitor_key,
        count(*) as exposures,
        count(case when judgement = 'unknown' then 1 end) as unknown_exposures,
        count(case when judgement = 'before' then 1 end) as early_exposures,
        count(case when judgement = 'after' then 1 end) as late_exposures,
        count(distinct variant) as variants_seen,
        {{ waymark.min_by('variant', ['event_order', 'event_id']) }} as first_variant,
        min(case when judgement = 'counted' then event_order end) as exposed_order,
        {{ waymark.min_by(
            "case when judgement = 'counted' then event_id end", ['event_order', 'event_id']
        ) }} as exposure_event_id
    from judged_exposures
    group by experiment_name, visitor_key

),

final as (

    select
        units.experiment_name as experiment_name,
        units.visitor_key as visitor_key,
        case
            when units.visitor_key is null then 'nobody'
            when units.variants_seen = 0 then 'not_exposed'
            when units.variants_seen > 1 then 'contaminated'
            when
                {{ waymark.order_to_us('units.exposed_order') }}
                + experiments.window_seconds * 1000000
                > {{ waymark.epoch_us('data_range.last_event_at') }}
                then 'immature'
            else 'mature'
        end as state,
        units.first_variant as variant,
        units.exposed_order as exposed_order,
        units.exposure_event_id as exposure_event_id,
        units.variants_seen as variants_seen,
        units.exposures as exposures,
        units.unknown_exposures as unknown_exposures,
        units.early_exposures as early_exposures,
        units.late_exposures as late_exposures
    from units
    inner join experiments on units.experiment_name = experiments.experiment_name
    cross join data_range

)

select
    experiment_name,
    visitor_key,
    state,
    variant,
    exposed_order,
    exposure_event_id,
    cast(variants_seen as {{ dbt.type_bigint() }}) as variants_seen,
    cast(exposures as {{ dbt.type_bigint() }}) as exposures,
    cast(unknown_exposures as {{ dbt.type_bigint() }}) as unknown_exposures,
    cast(early_exposures as {{ dbt.type_bigint() }}) as early_exposures,
    cast(late_exposures as {{ dbt.type_bigint() }}) as late_exposures
from final
