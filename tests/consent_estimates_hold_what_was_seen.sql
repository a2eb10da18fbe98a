{{ config(enabled=(project_name == 'waymark')) }}

-- No estimate is below what was seen, it is that where everybody consented, and every session,
-- visitor of a day and completion is counted in one row.

with

estimates as (

    select * from {{ ref('consent_estimates') }}

),

counted as (

    select
        measure,
        goal_name,
        sum(observed_consented + observed_denied + observed_unknown) as units
    from estimates
    group by measure, goal_name

),

visitor_days as (

    select distinct
        source_name,
        source_property,
        session_date,
        visitor_key
    from {{ ref('sessions') }}

),

expected as (

    select
        'sessions' as measure,
        '' as goal_name,
        count(*) as units
    from {{ ref('sessions') }}

    union all

    select
        'visitors' as measure,
        '' as goal_name,
        count(*) as units
    from visitor_days

    union all

    select
        'completions' as measure,
        goal_name,
        count(*) as units
    from {{ ref('goal_completions') }}
    group by goal_name

)

select
    measure,
    goal_name,
    event_date,
    observed_consented as expected,
    modelled_count as found
from estimates
where
    modelled_count < observed_consented
    or modelled_count_low < observed_consented
    or consent_rate = 1 and modelled_count <> observed_consented

union all

select
    expected.measure,
    expected.goal_name,
    null as event_date,
    expected.units as expected,
    counted.units as found
from expected
left join counted
    on
        expected.measure = counted.measure
        and expected.goal_name = coalesce(counted.goal_name, '')
where expected.units <> coalesce(counted.units, 0)
