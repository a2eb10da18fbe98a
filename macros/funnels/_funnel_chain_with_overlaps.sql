{% macro _funnel_chain_with_overlaps(completions, goals, entry_filter) %}
    {#- One event may complete several of these steps, and must serve only one. Between moments in time
        that is given by "strictly later". Inside an unbreakable tie, steps i to j can be served when
        distinct events can be found for them, which by Hall's theorem is: for every subset of these
        steps at least as many tied events fit one of them as the subset has steps. So each moment
        learns how far it can carry an attempt that arrives in need of step i, and the attempt
        then hops from moment to moment. A tie carries at most six steps. -#}
    {%- set count = goals | length -%}
    {%- set most = 6 -%}
    step_events as (

        select
            visitor_key,
            event_order,
            event_id,
            {% for goal in goals -%}
            max(case when goal_id = {{ goal.id }} then 1 else 0 end) as fits_{{ loop.index }},
            {% endfor -%}
            max(case when goal_id = {{ goals[0].id }} and {{ entry_filter }} then 1 else 0 end) as is_entry
        from {{ completions }}
        where
            goal_id in ({{ goals | map(attribute='id') | unique | join(', ') }})
            and visitor_key is not null
        group by visitor_key, event_order, event_id

    ),

    {#- Subsets of steps that lie inside a run of at most `most` steps, as lists of step numbers. -#}
    {%- set subsets = {} -%}
    {%- for first in range(1, count + 1) -%}
        {%- set width = [most, count - first + 1] | min -%}
        {%- for mask in range(2 ** (width - 1)) -%}
            {%- set subset = [first] -%}
            {%- for offset in range(1, width) if (mask // 2 ** (offset - 1)) % 2 == 1 -%}
                {%- do subset.append(first + offset) -%}
            {%- endfor -%}
            {%- do subsets.update({subset | join('_'): subset}) -%}
        {%- endfor -%}
    {%- endfor %}
    moments as (

        select
            visitor_key,
            event_order,
            {% for name, subset in subsets.items() -%}
            sum(case when {% for step in subset %}fits_{{ step }}{{ ' + ' if not loop.last }}{% endfor %} > 0 then 1 else 0 end) as events_{{ name }},
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
                {% for last in range([step + most - 1, count] | min, step, -1) -%}
                when
                    {% for name, subset in subsets.items() if subset[0] >= step and subset[-1] <= last -%}
                    {{ 'and ' if not loop.first }}events_{{ name }} >= {{ subset | length }}
                    {% endfor -%}
                    then {{ last }}
                {% endfor -%}
                else {{ step }}
            end as last_step
            {%- else -%}
            {{ step }} as last_step
            {%- endif %}
        from moments
        where events_{{ step }} > 0
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
                case when {{ step }} between moment_steps.step and moment_steps.last_step then moment_steps.event_order end
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
