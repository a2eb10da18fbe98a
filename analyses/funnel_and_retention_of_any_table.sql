-- A funnel and a retention matrix of any table: one line each, no model, no goal.
-- `dbt show --select funnel_and_retention_of_any_table --limit 20`
-- Read off: 4 people view, 2 of them put something in a cart, 1 orders; of the 3 who came in the
-- week of 5 January 1 is back in the next week and 1 in the one after. A cell of a week that is
-- not over is null.
-- Definition: the macros need who (`unit`), when (`time`, UTC) and what (`step`). For a table of
-- your own write `ref('staged_events')` or `source('shop', 'clicks')` in place of `'clicks'`, and
-- its columns or expressions for the three that follow. The same calls, in double braces, need no
-- file: `dbt show --inline`.
with

clicks as (

    {{ waymark.literal_rows({'who': 'text', 'seen_at': 'timestamp', 'what': 'text'}, [
        ['ann', '2026-01-05 09:00:00', 'view'],
        ['ann', '2026-01-05 09:05:00', 'cart'],
        ['ann', '2026-01-06 10:00:00', 'order'],
        ['ann', '2026-01-13 10:00:00', 'view'],
        ['ann', '2026-01-26 10:00:00', 'view'],
        ['ben', '2026-01-05 12:00:00', 'view'],
        ['ben', '2026-01-09 12:00:00', 'cart'],
        ['ben', '2026-01-20 12:00:00', 'order'],
        ['cleo', '2026-01-07 12:00:00', 'cart'],
        ['cleo', '2026-01-08 12:00:00', 'view'],
        ['dan', '2026-01-14 12:00:00', 'view'],
        ['dan', '2026-01-15 12:00:00', 'order'],
    ]) }}

),

funnel as (

    {{ waymark.funnel('clicks', 'who', 'seen_at', 'what', ['view', 'cart', 'order'], '7 days') }}

),

retention as (

    {{ waymark.retention('clicks', 'who', 'seen_at', interval='week', intervals=3) }}

),

final as (

    select
        'funnel' as result,
        step_name as step_or_cohort,
        step_number as step_or_week,
        units_reached as units,
        conversion_rate as rate
    from funnel

    union all

    select
        'retention' as result,
        cast(cohort_start as {{ dbt.type_string() }}) as step_or_cohort,
        interval_number as step_or_week,
        units_returned as units,
        retention_rate as rate
    from retention

)

select * from final
order by result, step_or_cohort, step_or_week
