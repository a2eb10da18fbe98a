{% macro _funnel_chain_with_overlaps(funnel, source, entry_filter) %}
    {#- One event may complete several of these steps, and must serve only one. Between moments in time
        that is given by "strictly later". Inside an unbreakable tie, steps i to j can be served when
        distinct events can be found for them, which by Hall's theorem is: for every set of goals at
        least as many tied events fit one of them as steps ask for one of them. Sets of goals that
        cannot share an event need no look. So each moment learns how far it can carry an attempt that
        arrives in need of step i, and the attempt then hops from moment to moment. -#}
    {%- set keys = waymark._funnel_keys(funnel) -%}
    {%- set required = funnel.required -%}
    {%- set count = required | length -%}
    {%- set fits = waymark._funnel_fits(required) -%}
    {%- set fit_of = {} -%}
    {%- for fit in fits -%}
        {%- for number in fit.numbers -%}{%- do fit_of.update({number: fit.id}) -%}{%- endfor -%}
    {%- endfor -%}
    {%- set place_of = {} -%}
    {%- for step in required -%}{%- do place_of.update({step.number: loop.index}) -%}{%- endfor -%}
    {%- set fit_sets = waymark._overlapping_sets(fits) -%}
    step_events as (

        select
            {{ waymark._funnel_moment(source) }},
            {% for fit in fits -%}
            {%- set first = 'first_' ~ fit.step.number -%}
            max(case
                when
                    {{ source.goal_match[fit.goal.id] }}
                    {%- if fit.step.occurrence != 'every' %}
                    and {{ source.event_order }} = {{ first }}.event_order
                    {%- endif %}
                    then 1
                else 0
            end) as fits_{{ fit.id }},
            {% endfor -%}
            max(case
                when {{ source.goal_match[required[0].goal.id] }} and {{ entry_filter }}
                    then 1
                else 0
            end) as is_entry
        from {{ source.completions }}
        {%- for fit in fits if fit.step.occurrence != 'every' %}
        left join first_{{ fit.step.number }}
            on {{ source.unit_key }} = first_{{ fit.step.number }}.unit_key
        {%- endfor %}
        where
            (
                {%- for fit in fits %}
                {{ 'or ' if not loop.first }}{{ source.goal_match[fit.goal.id] }}
                {%- endfor %}
            )
            and {{ source.unit_key }} is not null
            {%- if funnel.hold_constant %}
            and {{ source.held_value }} is not null
            {%- endif %}
        group by 1, 2, {{ '3, ' if funnel.hold_constant }}{{ source.row_id }}

    ),

    moments as (

        select
            {{ keys | join(', ') }},
            event_order,
            {% for ids in fit_sets -%}
            sum(case
                when {% for id in ids %}fits_{{ id }}{{ ' + ' if not loop.last }}{% endfor %} > 0 then 1
                else 0
            end) as events_{{ ids | join('_') }},
            {% endfor -%}
            max(is_entry) as is_entry
        from step_events
        group by {{ keys | join(', ') }}, event_order

    ),

    {#- `place` counts the required steps; a step with a min_gap never shares the moment before it. #}
    moment_steps as (

        {% for step in required -%}
        {%- set place = loop.index -%}
        {%- set together = namespace(steps=[], ended=false) -%}
        {%- for next in required[place:] -%}
            {%- set together.ended = together.ended or next.min_gap_seconds is not none -%}
            {%- if not together.ended -%}{%- do together.steps.append(next) -%}{%- endif -%}
        {%- endfor %}
        select
            {{ keys | join(', ') }},
            event_order,
            is_entry,
            {{ place }} as place,
            {% if together.steps -%}
            case
                {% for next in together.steps -%}
                {%- set next_place = place + loop.index -%}
                {%- set run = [] -%}
                {%- for one in required[place - 1:next_place] -%}
                    {%- do run.append(fit_of[one.number]) -%}
                {%- endfor -%}
                {%- set shortages = [] -%}
                {%- for ids in fit_sets
                    if fit_of[next.number] in ids and ids | reject('in', run) | list | length == 0 -%}
                    {%- do shortages.append(
                        'events_' ~ ids | join('_') ~ ' < ' ~ (run | select('in', ids) | list | length)
                    ) -%}
                {%- endfor -%}
                when {{ shortages | join(' or ') }} then {{ next_place - 1 }}
                {% endfor -%}
                else {{ place + together.steps | length }}
            end as last_place
            {%- else -%}
            {{ place }} as last_place
            {%- endif %}
        from moments
        where events_{{ fit_of[step.number] }} > 0
        {{ 'union all' if not loop.last }}
        {% endfor %}
    ),

    hop_1 as (

        select
            {{ keys | join(', ') }},
            event_order,
            last_place + 1 as place,
            event_order as step_{{ required[0].number }}_order
            {%- for step in required[1:] %},
            case when last_place >= {{ place_of[step.number] }} then event_order end as step_{{ step.number }}_order
            {%- endfor %}
        from moment_steps
        where
            place = 1
            and is_entry = 1

    ),

    {%- if funnel.order == 'strict' %}

    breaks as (

        {% for step in required[:-1] -%}
        select
            unit_key,
            event_order,
            {{ place_of[step.number] + 1 }} as place
        from breaks_{{ step.number }}
        {{ 'union all' if not loop.last }}
        {% endfor %}
    ),
    {%- endif %}

    {% for hop in range(2, count + 1) -%}
    {%- set ready = 'ready_' ~ hop %}
    {%- set unbroken = 'unbroken_' ~ hop if funnel.order == 'strict' else ready %}
    {{ unbroken }} as (

        select
            *,
            {%- set delayed = required | selectattr('min_gap_seconds') | list %}
            {%- if delayed %}
            case place
                {% for step in delayed -%}
                when {{ place_of[step.number] }}
                    then {{ waymark.order_after('event_order', step.min_gap_seconds) }}
                {% endfor -%}
                else event_order + 1
            end as from_order
            {%- else %}
            event_order + 1 as from_order
            {%- endif %}
        from hop_{{ hop - 1 }}

    ),

    {% if funnel.order == 'strict' -%}
    {{ ready }} as (

        select
            {{ unbroken }}.*,
            breaks.event_order as break_order
        from {{ unbroken }}
        {{ waymark.asof_join(unbroken, 'breaks', ['unit_key', 'place'], 'event_order', 'event_order', '<') }}

    ),

    {% endif -%}
    landed_{{ hop }} as (

        select
            {{ ready }}.*,
            case
                when
                    true
                    {%- for step in required if step.max_gap_seconds %}
                    and (
                        {{ ready }}.place <> {{ place_of[step.number] }}
                        or {{ waymark.order_to_us('moment_steps.event_order') }}
                        - {{ waymark.order_to_us(ready ~ '.event_order') }}
                        <= {{ step.max_gap_seconds * 1000000 }}
                    )
                    {%- endfor %}
                    {%- if funnel.order == 'strict' %}
                    and coalesce({{ ready }}.break_order >= moment_steps.event_order, true)
                    {%- endif %}
                    then moment_steps.event_order
            end as landed_order,
            moment_steps.last_place
        from {{ ready }}
        {{ waymark.asof_join(ready, 'moment_steps', keys + ['place'], 'from_order', 'event_order') }}

    ),

    hop_{{ hop }} as (

        select
            {{ keys | join(', ') }},
            coalesce(landed_order, event_order) as event_order,
            case when landed_order is null then {{ count + 1 }} else last_place + 1 end as place,
            step_{{ required[0].number }}_order
            {%- for step in required[1:] %},
            coalesce(
                step_{{ step.number }}_order,
                case when {{ place_of[step.number] }} between place and last_place then landed_order end
            ) as step_{{ step.number }}_order
            {%- endfor %}
        from landed_{{ hop }}

    ),

    {% endfor -%}
    chain as (

        select * from hop_{{ count }}

    ),
{%- endmacro %}
