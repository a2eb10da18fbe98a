{#- Names may be renamed again: links of a chain that are followed. -#}
{%- set links = 10 %}
{%- set date = waymark.sql_type('date') %}

with

event_aliases as (

    select
        listed.old_name,
        listed.new_name,
        coalesce(
            cast(listed.valid_from as {{ date }}), cast('1970-01-01' as {{ date }})
        ) as valid_from,
        coalesce(
            cast(listed.valid_until as {{ date }}), cast('2100-01-01' as {{ date }})
        ) as valid_until
    from {{ waymark.seed_relation('event_aliases') }} as listed
    where
        listed.old_name is not null
        and listed.new_name is not null

),

days as (

    select valid_from as boundary from event_aliases
    union distinct
    select valid_until as boundary from event_aliases

),

-- between two of these days no alias begins or ends
stretches as (

    select
        boundary as stretch_from,
        lead(boundary) over (order by boundary) as stretch_until
    from days

),

-- where aliases overlap, which fails a test, the one that begins last holds
in_force as (

    select
        stretches.stretch_from,
        stretches.stretch_until,
        event_aliases.old_name as old_name,
        {{ waymark.max_by('event_aliases.new_name', [
            'event_aliases.valid_from', 'event_aliases.new_name',
        ]) }} as new_name,
        min(event_aliases.new_name) as one_name,
        max(event_aliases.new_name) as other_name,
        count(*) as aliases
    from stretches
    cross join event_aliases
    where
        event_aliases.valid_from <= stretches.stretch_from
        and event_aliases.valid_until >= stretches.stretch_until
    group by 1, 2, 3

),

renamed_1 as (

    select
        stretch_from,
        stretch_until,
        old_name as raw_event_name,
        case when aliases > 1 then one_name || ' and ' || other_name end as rivals,
        new_name as event_name,
        old_name || ' -> ' || new_name as path,
        case when old_name < new_name then old_name else new_name end as least_name,
        old_name = new_name as is_circle
    from in_force

),

{% for link in range(2, links + 1) -%}
renamed_{{ link }} as (

    select
        renamed.stretch_from as stretch_from,
        renamed.stretch_until as stretch_until,
        renamed.raw_event_name as raw_event_name,
        renamed.rivals as rivals,
        coalesce(in_force.new_name, renamed.event_name) as event_name,
        renamed.path || coalesce(' -> ' || in_force.new_name, '') as path,
        case
            when in_force.new_name < renamed.least_name then in_force.new_name
            else renamed.least_name
        end as least_name,
        renamed.is_circle
        or coalesce(in_force.new_name = renamed.raw_event_name, false) as is_circle
    from renamed_{{ link - 1 }} as renamed
    left join in_force
        on
            renamed.stretch_from = in_force.stretch_from
            and case when not renamed.is_circle then renamed.event_name end = in_force.old_name

),

{% endfor -%}
-- what goes round in a circle, or leads into one, keeps the name that was sent
ended as (

    select
        renamed.stretch_from as stretch_from,
        renamed.stretch_until as stretch_until,
        renamed.raw_event_name as raw_event_name,
        case
            when renamed.is_circle or in_force.old_name is not null then renamed.raw_event_name
            else renamed.event_name
        end as event_name,
        case
            when renamed.rivals is not null
                then renamed.raw_event_name || ' becomes two names on the same days: '
                || renamed.rivals || '. Keep one, or end one where the other begins.'
            when renamed.is_circle and renamed.raw_event_name = renamed.least_name
                then renamed.path || ' is a circle. Take out the alias that is wrong.'
            when in_force.old_name is not null and circles.raw_event_name is null
                then renamed.path || ' is a chain of more than {{ links }} names.'
                || ' Let the first alias name the last.'
        end as problem
    from renamed_{{ links }} as renamed
    left join in_force
        on
            renamed.stretch_from = in_force.stretch_from
            and case when not renamed.is_circle then renamed.event_name end = in_force.old_name
    left join renamed_{{ links }} as circles
        on
            renamed.stretch_from = circles.stretch_from
            and renamed.event_name = circles.raw_event_name
            and circles.is_circle

),

-- one row for as long as the answer is the same
beginnings as (

    select
        *,
        case
            when
                lag(stretch_until) over (
                    partition by raw_event_name, event_name, problem
                    order by stretch_from
                ) = stretch_from
                then 0
            else 1
        end as is_beginning
    from ended

),

numbered as (

    select
        *,
        sum(is_beginning) over (
            partition by raw_event_name, event_name, problem
            order by stretch_from
            rows between unbounded preceding and current row
        ) as run_number
    from beginnings

),

final as (

    select
        raw_event_name,
        min(stretch_from) as valid_from,
        max(stretch_until) as valid_until,
        event_name,
        problem
    from numbered
    group by raw_event_name, event_name, problem, run_number

)

select
    raw_event_name,
    valid_from,
    valid_until,
    event_name,
    problem
from final
