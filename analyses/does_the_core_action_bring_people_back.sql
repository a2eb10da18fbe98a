-- Do people who do the core action in their first week come back more than those who only visit?
-- `dbt show --select does_the_core_action_bring_people_back --limit 20`
-- Read off: where `difference_low` is above 0 they do. Beside it, how many came back to do the
-- core action: a return that is only a visit is worth less. It is no effect of the action: who is
-- keen does it and comes back.
-- Definition: people by whether they complete a workflow in the 7 days from their sign-up; then
-- any event, or a workflow, in the n-th 7 days after those. The week that makes the groups is no
-- return. All sign-ups whose n-th 7 days are over, together; `difference_low` is the lower end of
-- the 95 % interval (Newcombe's, from the Wilson intervals of both rates).
with

events as (

    select * from {{ ref('events') }}

),

goal_completions as (

    select * from {{ ref('goal_completions') }}

),

first_weeks as (

    select
        sign_ups.visitor_key,
        case when count(workflows.event_id) > 0 then 'core' else 'visit' end as visitor_group
    from goal_completions as sign_ups
    left join goal_completions as workflows
        on
            sign_ups.visitor_key = workflows.visitor_key
            and workflows.goal_name = 'completed_workflow'
            and sign_ups.event_order < workflows.event_order
            and workflows.completed_at
            < {{ waymark.add_seconds('sign_ups.completed_at', 7 * 86400) }}
    where sign_ups.goal_name = 'signed_up'
    group by sign_ups.visitor_key

),

activity as (

    select
        events.visitor_key,
        events.event_at,
        events.event_name,
        first_weeks.visitor_group
    from events
    inner join first_weeks on events.visitor_key = first_weeks.visitor_key

),

{% for group in ['core', 'visit'] -%}
{% for return in ['any', 'again'] -%}
{{ group }}_{{ return }}_cells as (

    {{ waymark.retention(
        'activity',
        unit="case when visitor_group = '" ~ group ~ "' then visitor_key end",
        time='event_at',
        step='event_name',
        start='sign_up',
        return='workflow_completed' if return == 'again' else none,
        rolling=true
    ) }}

),

{{ group }}_{{ return }} as (

    select
        interval_number,
        {{ waymark.rate('sum(units_returned)', 'sum(cohort_size)') }} as rate,
        {{ waymark.wilson_bound('sum(units_returned)', 'sum(cohort_size)', 'lower') }} as rate_low,
        {{ waymark.wilson_bound('sum(units_returned)', 'sum(cohort_size)', 'upper') }} as rate_high
    from {{ group }}_{{ return }}_cells
    where
        is_mature
        and interval_number > 0
    group by interval_number

),

{% endfor -%}
{% endfor -%}
final as (

    select
        core_any.interval_number as week,
        core_any.rate as core_rate,
        visit_any.rate as visit_rate,
        core_any.rate - visit_any.rate
        - sqrt(
            power(core_any.rate - core_any.rate_low, 2)
            + power(visit_any.rate_high - visit_any.rate, 2)
        ) as difference_low,
        core_again.rate as core_again_rate,
        visit_again.rate as visit_again_rate
    from core_any
    inner join visit_any on core_any.interval_number = visit_any.interval_number
    inner join core_again on core_any.interval_number = core_again.interval_number
    inner join visit_again on core_any.interval_number = visit_again.interval_number

)

select * from final
order by week
