-- What did people do instead of the next step?
-- `dbt show --select what_did_they_do_instead --limit 50`
-- Read off, for each step where people stop, the page or event that they went to: the five most
-- frequent. `(nothing)` are those who never did anything again. A later step of the funnel in the
-- list says that people skip one, or that it is not always tracked.
-- Definition: of those who stopped and whose window has passed, the first of their next three
-- events that the page does not send by itself; a page view or new session by the first folder of
-- its path.
{%- set sent_by_the_page = "('first_visit', 'user_engagement', 'scroll')" %}
with

funnel_drop_offs as (

    select * from {{ ref('funnel_drop_offs') }}

),

stops as (

    select
        funnel_name,
        last_step_number,
        last_step_name,
        next_step_name,
        coalesce(
            {% for event in ['next_event_1', 'next_event_2', 'next_event_3'] -%}
            case
                when {{ event }} in ('page_view', 'session_start')
                    then {{ dbt.concat([
                        "'page /'", dbt.split_part(event ~ '_page_path', "'/'", 2)
                    ]) }}
                when {{ event }} not in {{ sent_by_the_page }} then {{ event }}
            end,
            {% endfor -%}
            case when next_event_3 is null then '(nothing)' else '(stayed on the page)' end
        ) as did_instead
    from funnel_drop_offs
    where not is_immature

),

counted as (

    select
        funnel_name,
        last_step_number,
        last_step_name,
        next_step_name,
        did_instead,
        count(*) as units,
        sum(count(*)) over (partition by funnel_name, last_step_number) as units_stopped,
        row_number() over (
            partition by funnel_name, last_step_number
            order by count(*) desc, did_instead
        ) as place
    from stops
    group by funnel_name, last_step_number, last_step_name, next_step_name, did_instead

),

final as (

    select
        funnel_name,
        last_step_name,
        next_step_name as instead_of,
        did_instead,
        units,
        {{ waymark.rate('units', 'units_stopped') }} as share,
        last_step_number,
        place
    from counted
    where place <= 5

)

select
    funnel_name,
    last_step_name,
    instead_of,
    did_instead,
    units,
    share
from final
order by funnel_name, last_step_number, place
