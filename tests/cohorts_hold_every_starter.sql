{{ config(enabled=(project_name == 'waymark')) }}

{%- set rows = [] %}
{%- for cohort in waymark.load_config().cohorts.values()
    if cohort.first == 'first_matching' and not cohort.start_property %}
    {%- do rows.append([cohort.name, cohort.start.id or none]) %}
{%- endfor %}

-- Every lasting visitor who ever completed the start goal, or was ever seen, is in exactly one
-- cohort, in the whole and in each breakdown.

with

definitions as (

    {{ waymark.literal_rows({'cohort_name': 'text', 'start_goal_id': 'bigint'}, rows) }}

),

starters as (

    select
        goal_id,
        count(distinct {{ waymark.lasting_visitor_key('visitor_key') }}) as visitors
    from {{ ref('goal_completions') }}
    group by goal_id

    union all

    select
        cast(null as bigint) as goal_id,
        count(*) as visitors
    from {{ ref('visitors') }}

),

members as (

    select
        cohort_name,
        breakdown_name,
        sum(cohort_size) as units
    from {{ ref('cohort_retention') }}
    where interval_number = 0
    group by cohort_name, breakdown_name

)

select
    definitions.cohort_name,
    members.breakdown_name,
    members.units,
    starters.visitors
from definitions
left join starters on definitions.start_goal_id is not distinct from starters.goal_id
left join members on definitions.cohort_name = members.cohort_name
where coalesce(members.units, 0) <> coalesce(starters.visitors, 0)
