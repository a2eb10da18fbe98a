{% macro _funnel_chain_with_overlaps(completions, goals, entry_filter) %}
    {#- One event may complete several of these steps, and must serve only one. Between moments in time
        that is given by "strictly later". Inside an unbreakable tie, steps i to j can be served when
        distinct events can be found for them, which by Hall's theorem is: for every set of goals at
        least as many tied events fit one of them as steps ask for one of them. Sets of goals that
        cannot share an event need no look. So each moment learns how far it can carry an attempt that
        arrives in need of step i, and the attempt then hops from moment to moment. -#}
    {%- set count = goals | length -%}
    {%- set distinct_goals = goals | unique(attribute='id') | list -%}
    {%- set goal_sets = waymark._overlapping_sets(distinct_goals) -%}
    step_events as (

        select
            visitor_key,
            event_order,
            event_id,
            {% for goal in distinct_goals -%}
            max(case when goal_id = {{ goal.id }} then 1 else 0 end) as fits_{{ goal.id }},
            {% endfor -%}
            max(case when goal_id = {{ goals[0].id }} and {{ entry_filter }} then 1 else 0 end) as is_entry
        from {{ completions }}
        where
            goal_id in ({{ distinct_goals | map(attribute='id') | join(', ') }})
            and visitor_key is not null
        group by visitor_key, event_order, event_id

    ),

    moments as (

        select
            visitor_key,
            event_order,
            {% for ids in goal_sets -%}
            sum(case
                when {% for id in ids %}fits_{{ id }}{{ ' + ' if not loop.last }}{% endfor %} > 0 then 1
                else 0
            end) as events_{{ ids | join('_') }},
            {% endfor -%}
            max(is_entry) as is_entry
        from step_events
        group by visitor_key, event_order

    ),

    moment_steps as (

        {% for step in range(1, count + 1) -%}
        select
            visitor_key,
            event_order,
            is_entry,
            {{ step }} as step,
            {% if step < count -%}
            case
                {% for next in range(step + 1, count + 1) -%}
                {%- set run = goals[step - 1:next] | map(attribute='id') | list -%}
                {%- set shortages = [] -%}
                {%- for ids in goal_sets
                    if goals[next - 1].id in ids and ids | reject('in', run) | list | length == 0 -%}
                    {%- do shortages.append(
                        'events_' ~ ids | join('_') ~ ' < ' ~ (run | select('in', ids) | list | length)
                    ) -%}
                {%- endfor -%}
                when {{ shortages | join(' or ') }} then {{ next - 1 }}
                {% endfor -%}
                else {{ count }}
            end as last_step
            {%- else -%}
            {{ step }} as last_step
            {%- endif %}
        from moments
        where events_{{ goals[step - 1].id }} > 0
        {{ 'union all' if not loop.last }}
        {% endfor %}
    ),

    hop_1 as (

        select
            visitor_key,
            event_order,
            last_step + 1 as next_step,
            event_order as step_1_order
            {%- for step in range(2, count + 1) %},
            case when last_step >= {{ step }} then event_order end as step_{{ step }}_order
            {%- endfor %}
        from moment_steps
        where
            step = 1
            and is_entry = 1

    ),

    {% for hop in range(2, count + 1) -%}
    hop_{{ hop }} as (

        select
            hop_{{ hop - 1 }}.visitor_key,
            coalesce(moment_steps.event_order, hop_{{ hop - 1 }}.event_order) as event_order,
            coalesce(moment_steps.last_step + 1, {{ count + 1 }}) as next_step,
            hop_{{ hop - 1 }}.step_1_order
            {%- for step in range(2, count + 1) %},
            coalesce(
                hop_{{ hop - 1 }}.step_{{ step }}_order,
                case
                    when {{ step }} between moment_steps.step and moment_steps.last_step
                        then moment_steps.event_order
                end
            ) as step_{{ step }}_order
            {%- endfor %}
        from (select *, next_step as step from hop_{{ hop - 1 }}) as hop_{{ hop - 1 }}
        {{ waymark.asof_later(
            'hop_' ~ (hop - 1), 'moment_steps', ['visitor_key', 'step'], 'event_order', 'event_order', true
        ) }}

    ),

    {% endfor -%}
    chain as (

        select * from hop_{{ count }}

    )
{%- endmacro %}
