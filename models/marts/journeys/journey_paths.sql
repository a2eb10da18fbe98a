{{ config(materialized='refreshed') }}

{#- Lengths of paths, how many of each list are told, and how few visitors are not compared. -#}
{%- set shortest = 3 %}
{%- set longest = 10 %}
{%- set most = 25 %}
{%- set min_volume = 10 %}
{%- set config_ = waymark.load_config() %}
{%- set plan = waymark.rebuild_plan(
    ['goal_completions', 'int_visitor_goals', 'visitors'], ['goals', 'funnels']
) %}

{#- A step is a goal with a tier or of a funnel. An event that completes several is one step: that
    of a funnel, else that of the lowest tier. -#}
{%- set of_funnels = [] %}
{%- for funnel in config_.funnels.values() %}
    {%- for step in funnel.steps %}{%- do of_funnels.append(step.goal.name) %}{%- endfor %}
{%- endfor %}
{%- set steps = [] %}
{%- for in_funnel in [true, false] %}
    {%- for tier in [3, 2, 1, none] %}
        {%- for goal in config_.goals.values() if goal.tier == tier
            and (goal.name in of_funnels) == in_funnel and (in_funnel or tier) %}
            {%- do steps.append([goal.id, goal.name, steps | length + 1]) %}
        {%- endfor %}
    {%- endfor %}
{%- endfor %}
{%- set arrow = " || ' > ' || " %}
{%- set step_columns = [] %}
{%- for number in range(1, longest + 1) %}
    {%- do step_columns.append('step_' ~ number) %}
{%- endfor %}
{#- Of one type with its negative. -#}
{%- set visitors_ = 'cast(count(*) as ' ~ dbt.type_bigint() ~ ')' %}
{%- set listed_steps = step_columns | join(', ') %}

{{ waymark.refresh_header(plan) }}
with

steps as (

    {{ waymark.literal_rows(
        {'goal_id': 'bigint', 'step_name': 'text', 'step_rank': 'integer'}, steps
    ) }}

),

goals as (

    select
        goal_id,
        goal_name
    from {{ ref('goals') }}
    where tier in (1, 2)

),

visitors as {{ waymark.not_materialized() }}(

    select
        visitor_key,
        coalesce(first_landing_page_path, '(not set)') as entry_page,
        coalesce(first_channel, '(not set)') as entry_channel
    from {{ ref('visitors') }}

),

conversions as (

    select
        visitor_goals.visitor_key as visitor_key,
        visitor_goals.goal_id as goal_id,
        visitor_goals.first_event_order as converted_order
    from {{ ref('int_visitor_goals') }} as visitor_goals
    inner join goals on visitor_goals.goal_id = goals.goal_id

),

---------- the walk of each visitor: steps in order, of a repeated one the first

step_events as (

    select
        goal_completions.visitor_key as visitor_key,
        goal_completions.event_order as event_order,
        goal_completions.event_id as event_id,
        min(steps.step_rank) as step_rank
    from {{ ref('goal_completions') }} as goal_completions
    inner join steps on goal_completions.goal_id = steps.goal_id
    where {{ waymark.lasting_visitor_key('goal_completions.visitor_key') }} is not null
    group by 1, 2, 3

),

repeated as (

    select
        *,
        lag(step_rank) over (
            partition by visitor_key
            order by event_order, event_id
        ) as previous_rank
    from step_events

),

walks as (

    select
        visitor_key,
        event_order,
        step_rank,
        row_number() over (
            partition by visitor_key
            order by event_order, event_id
        ) as place,
        lead(step_rank, 1, 0) over (
            partition by visitor_key
            order by event_order, event_id
        ) as next_rank,
        lead(event_order) over (
            partition by visitor_key
            order by event_order, event_id
        ) as next_order
    from repeated
    where
        previous_rank is null
        or previous_rank <> step_rank

),

---------- the last steps of everybody, and of converters before they first completed the goal

ends as (

    select
        visitors.visitor_key as visitor_key,
        cast(null as {{ waymark.sql_type('bigint') }}) as goal_id,
        coalesce(max(walks.place), 0) as last_place
    from visitors
    left join walks on visitors.visitor_key = walks.visitor_key
    group by 1

    union all

    select
        conversions.visitor_key as visitor_key,
        conversions.goal_id as goal_id,
        coalesce(
            max(case when walks.event_order < conversions.converted_order then walks.place end), 0
        ) as last_place
    from conversions
    left join walks on conversions.visitor_key = walks.visitor_key
    group by 1, 2

),

last_steps as (

    select
        ends.visitor_key as visitor_key,
        ends.goal_id as goal_id
        {%- for column in step_columns %},
        max(case when ends.last_place - walks.place = {{ loop.index0 }} then walks.step_rank end)
            as {{ column }}
        {%- endfor %}
    from ends
    left join walks on ends.visitor_key = walks.visitor_key
    group by 1, 2

),

-- the rest are all but the converters, whatever these did afterwards
counted_ends as (

    select
        goal_id,
        {{ listed_steps }},
        case when goal_id is not null then {{ visitors_ }} else 0 end as converters,
        case when goal_id is null then {{ visitors_ }} else 0 end as others
    from last_steps
    group by goal_id, {{ listed_steps }}

    union all

    select
        conversions.goal_id as goal_id,
        {{ listed_steps }},
        0 as converters,
        -{{ visitors_ }} as others
    from last_steps
    inner join conversions on last_steps.visitor_key = conversions.visitor_key
    where last_steps.goal_id is null
    group by conversions.goal_id, {{ listed_steps }}

),

counted_lengths as (

    {{ waymark.number_rows(
        'counted_ends',
        ['goal_id', 'converters', 'others'] + step_columns,
        shortest,
        longest,
        'path_steps',
    ) }}

),

paths as (

    select
        counted_lengths.goal_id as goal_id,
        counted_lengths.path_steps as path_steps,
        counted_lengths.converters as converters,
        counted_lengths.others as others,
        case
            {%- for length in range(shortest, longest + 1) %}
            when counted_lengths.path_steps = {{ length }}
                then {% for number in range(length, 0, -1) -%}
                    at_{{ number }}.step_name{{ arrow if not loop.last }}
                {%- endfor %}
            {%- endfor %}
        end as path
    from counted_lengths
    {%- for column in step_columns %}
    left join steps as at_{{ loop.index }}
        on counted_lengths.{{ column }} = at_{{ loop.index }}.step_rank
    {%- endfor %}

),

---------- what came next, after the first time at a step

first_times as (

    select
        visitor_key,
        step_rank,
        min(event_order) as event_order,
        {{ waymark.min_by('next_rank', ['place'], 'bigint') }} as next_rank,
        {{ waymark.min_by('coalesce(next_order, 0)', ['place'], 'bigint') }} as next_order
    from walks
    group by visitor_key, step_rank

),

counted_next_steps as (

    select
        cast(null as {{ waymark.sql_type('bigint') }}) as goal_id,
        step_rank,
        next_rank,
        0 as converters,
        {{ visitors_ }} as others
    from first_times
    group by step_rank, next_rank

    union all

    select
        conversions.goal_id as goal_id,
        first_times.step_rank as step_rank,
        first_times.next_rank as next_rank,
        0 as converters,
        -{{ visitors_ }} as others
    from first_times
    inner join conversions on first_times.visitor_key = conversions.visitor_key
    group by conversions.goal_id, first_times.step_rank, first_times.next_rank

    union all

    select
        conversions.goal_id as goal_id,
        first_times.step_rank as step_rank,
        case
            when
                first_times.next_rank > 0
                and first_times.next_order < conversions.converted_order
                then first_times.next_rank
        end as next_rank,
        {{ visitors_ }} as converters,
        0 as others
    from first_times
    inner join conversions
        on
            first_times.visitor_key = conversions.visitor_key
            and first_times.event_order < conversions.converted_order
    group by 1, 2, 3

),

---------- everything in one form

counted as (

    select
        goal_id,
        'path' as path_kind,
        path_steps,
        cast(null as {{ waymark.sql_type('text') }}) as from_step,
        coalesce(path, '(fewer steps)') as path,
        converters,
        others
    from paths

    union all

    select
        counted_next_steps.goal_id as goal_id,
        'next_step' as path_kind,
        null as path_steps,
        steps.step_name as from_step,
        case
            when counted_next_steps.next_rank is null then '(converted)'
            when counted_next_steps.next_rank = 0 then '(nothing yet)'
            else next_steps.step_name
        end as path,
        counted_next_steps.converters as converters,
        counted_next_steps.others as others
    from counted_next_steps
    inner join steps on counted_next_steps.step_rank = steps.step_rank
    left join steps as next_steps on counted_next_steps.next_rank = next_steps.step_rank

    {%- for kind in ['entry_page', 'entry_channel'] %}

    union all

    select
        cast(null as {{ waymark.sql_type('bigint') }}) as goal_id,
        '{{ kind }}' as path_kind,
        null as path_steps,
        cast(null as {{ waymark.sql_type('text') }}) as from_step,
        {{ kind }} as path,
        0 as converters,
        {{ visitors_ }} as others
    from visitors
    group by {{ kind }}

    union all

    select
        conversions.goal_id as goal_id,
        '{{ kind }}' as path_kind,
        null as path_steps,
        cast(null as {{ waymark.sql_type('text') }}) as from_step,
        visitors.{{ kind }} as path,
        {{ visitors_ }} as converters,
        -{{ visitors_ }} as others
    from visitors
    inner join conversions on visitors.visitor_key = conversions.visitor_key
    group by conversions.goal_id, visitors.{{ kind }}
    {%- endfor %}

),

---------- both groups side by side, the rest counted for every goal

grouped as (

    select
        goals.goal_id as goal_id,
        counted.path_kind as path_kind,
        counted.path_steps as path_steps,
        counted.from_step as from_step,
        counted.path as path,
        counted.converters as converters,
        counted.others as others
    from counted
    cross join goals
    where counted.goal_id is null

    union all

    select
        goal_id,
        path_kind,
        path_steps,
        from_step,
        path,
        converters,
        others
    from counted
    where goal_id is not null

),

tallies as (

    select
        goal_id,
        path_kind,
        path_steps,
        from_step,
        path,
        case when path in ('(fewer steps)', '(converted)', '(nothing yet)') then 1 else 0 end
            as is_named,
        sum(converters) as converters,
        sum(others) as others
    from grouped
    group by goal_id, path_kind, path_steps, from_step, path
    having
        sum(converters) > 0
        or sum(others) > 0

),

ranked as (

    select
        *,
        row_number() over (
            partition by goal_id, path_kind, path_steps, from_step, is_named
            order by converters desc, others desc, path asc
        ) as place_among_converters,
        row_number() over (
            partition by goal_id, path_kind, path_steps, from_step, is_named
            order by others desc, converters desc, path asc
        ) as place_among_others
    from tallies

),

top_paths as (

    select
        goal_id,
        path_kind,
        path_steps,
        from_step,
        case
            when is_named = 1 then path
            when place_among_converters <= {{ most }} and converters > 0 then path
            when place_among_others <= {{ most }} and others > 0 then path
            else '(other)'
        end as path,
        sum(converters) as converters,
        sum(others) as others
    from ranked
    group by 1, 2, 3, 4, 5

),

with_totals as (

    select
        *,
        sum(converters) over (partition by goal_id, path_kind, path_steps, from_step)
            as all_converters,
        sum(others) over (partition by goal_id, path_kind, path_steps, from_step) as all_others
    from top_paths

),

explained as (

    select
        *,
        case
            when path in ('(other)', '(fewer steps)') then 'several paths'
            when path = '(converted)' or all_others = 0 then 'only converters'
            when all_converters = 0 then 'no converters'
            when converters + others < {{ min_volume }} then 'fewer than {{ min_volume }} visitors'
        end as not_compared_because
    from with_totals

),

final as (

    select
        goals.goal_name as goal_name,
        explained.*,
        {{ waymark.rate('explained.converters', 'explained.all_converters') }} as converter_rate,
        {{ waymark.rate('explained.others', 'explained.all_others') }} as other_rate
    from explained
    inner join goals on explained.goal_id = goals.goal_id

)

select

    ---------- the list
    goal_name,
    path_kind,
    cast(path_steps as integer) as path_steps,
    from_step,

    ---------- the path
    path,
    cast(converters as {{ dbt.type_bigint() }}) as converters,
    cast(all_converters as {{ dbt.type_bigint() }}) as all_converters,
    converter_rate,
    cast(others as {{ dbt.type_bigint() }}) as others,
    cast(all_others as {{ dbt.type_bigint() }}) as all_others,
    other_rate,

    ---------- how much more often converters take it
    case when not_compared_because is null then converter_rate - other_rate end as difference,
    {%- for side in ['lower', 'upper'] %}
    case
        when not_compared_because is null
            then {{ waymark.newcombe_bound(
                'converters', 'all_converters', 'others', 'all_others', side
            ) }}
    end as difference_{{ 'low' if side == 'lower' else 'high' }},
    {%- endfor %}
    case
        when not_compared_because is null and converters > 0 and others > 0
            then converter_rate / other_rate
    end as ratio,
    {%- for side in ['lower', 'upper'] %}
    case
        when not_compared_because is null
            then {{ waymark.katz_bound(
                'converters', 'all_converters', 'others', 'all_others', side
            ) }}
    end as ratio_{{ 'low' if side == 'lower' else 'high' }},
    {%- endfor %}
    not_compared_because

from final
