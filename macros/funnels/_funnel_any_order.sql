{% macro _funnel_any_order(funnel, source, entry_filter) %}
    {#- Attempts in any order: each moment with a completion of any step begins one. Steps that share no
        event with others are counted apart: the r-th event of a goal serves its r-th step. Where goals
        may share events, Koenig's theorem says when j steps of a group can be served by different
        events: as soon as, for every set of its goals, enough events fit one of them. -#}
    {%- set keys = waymark._funnel_keys(funnel) -%}
    {%- set count = funnel.steps | length -%}
    {%- set fits = waymark._funnel_fits(funnel.steps) -%}

    {#- Groups of what hangs together by possibly shared events. -#}
    {%- set groups = [] -%}
    {%- for fit in fits -%}
        {%- set joined = {'fits': [fit]} -%}
        {%- set apart = [] -%}
        {%- for group in groups -%}
            {%- set touching = namespace(found=false) -%}
            {%- for other in group if waymark.goals_may_share_events(fit.goal, other.goal) -%}
                {%- set touching.found = true -%}
            {%- endfor -%}
            {%- do joined.fits.extend(group) if touching.found else apart.append(group) -%}
        {%- endfor -%}
        {%- do groups.clear() -%}
        {%- do groups.extend(apart + [joined.fits]) -%}
    {%- endfor -%}

    {#- Every set of a group's goals, and how many steps ask for one of them. -#}
    {%- set fit_sets = [] -%}
    {%- for group in groups -%}
        {%- set group_number = loop.index -%}
        {%- for number in range(1, 2 ** (group | length)) -%}
            {%- set members = [] -%}
            {%- for fit in group -%}
                {%- if number // 2 ** loop.index0 % 2 == 1 -%}{%- do members.append(fit) -%}{%- endif -%}
            {%- endfor -%}
            {%- do fit_sets.append({
                'name': 'set_' ~ (members | map(attribute='id') | join('_')), 'members': members,
                'steps': members | map(attribute='numbers') | sum(start=[]) | length, 'group': group_number,
            }) -%}
        {%- endfor -%}
    {%- endfor %}

    with

    {{ waymark._funnel_firsts(funnel, source) }}

    entries as (

        {% for fit in fits -%}
        select distinct
            {{ waymark._funnel_moment(source) }}
        from {{ waymark._funnel_step_rows(fit.step, source) }}
            and {{ entry_filter }}
        {{ 'union distinct' if not loop.last }}
        {% endfor %}
    ),

    {#- The first, second ... event of each set from a moment on. -#}
    {% for set in fit_sets %}
    events_of_{{ set.name }} as (

        {% for fit in set.members -%}
        select
            {{ waymark._funnel_moment(source) }}
            {%- if source.row_id %},
            {{ source.row_id }} as row_id
            {%- endif %}
        from {{ waymark._funnel_step_rows(fit.step, source) }}
        {{ 'union distinct' if not loop.last }}
        {% endfor %}
    ),

    {{ set.name }} as (

        select
            {{ keys | join(', ') }},
            event_order
            {%- for number in range(1, set.steps + 1) %},
            min(order_{{ number }}) as order_{{ number }}
            {%- endfor %}
        from (
            select
                {{ keys | join(', ') }},
                event_order
                {%- for number in range(1, set.steps + 1) %},
                lead(event_order, {{ number - 1 }}) over (
                    partition by {{ keys | join(', ') }} order by event_order
                ) as order_{{ number }}
                {%- endfor %}
            from events_of_{{ set.name }}
        ) as ahead
        group by {{ keys | join(', ') }}, event_order

    ),
    {% endfor %}

    served as (

        {% for group in range(1, groups | length + 1) -%}
        {%- set outer_loop = loop -%}
        {%- set sets = fit_sets | selectattr('group', 'equalto', group) | list -%}
        {%- set steps = sets | map(attribute='steps') | max -%}
        {%- for number in range(1, steps + 1) -%}
        {%- set binding = [] -%}
        {%- for set in sets if set.steps > steps - number -%}
            {%- do binding.append(set.name ~ '.order_' ~ (set.steps - steps + number)) -%}
        {%- endfor -%}
        select
            {% for key in keys -%}
            entries.{{ key }} as {{ key }},
            {% endfor -%}
            entries.event_order as entry_order,
            {{ binding[0] if binding | length == 1 else 'greatest(' ~ (binding | join(', ')) ~ ')' }} as served_order
        from entries
        {%- for set in sets if set.steps > steps - number %}
        {{ waymark.asof_join('entries', set.name, keys, 'event_order', 'event_order') }}
        {%- endfor %}
        where
            {% for one in binding -%}
            {{ one }} is not null
            {{ 'and ' if not loop.last }}
            {%- endfor %}
        {{ 'union all' if not (loop.last and outer_loop.last) }}
        {% endfor -%}
        {% endfor %}
    ),

    numbered as (

        select
            *,
            row_number() over (
                partition by {{ keys | join(', ') }}, entry_order order by served_order
            ) as step_number
        from served
        where
            {{ waymark.order_to_us('served_order') }} - {{ waymark.order_to_us('entry_order') }}
            <= {{ funnel.window_seconds * 1000000 }}

    ),

    final as (

        select
            {{ keys | join(', ') }},
            {% for step in funnel.steps -%}
            max(case when step_number = {{ step.number }} then served_order end) as step_{{ step.number }}_order,
            {% endfor -%}
            max(step_number) as depth,
            max(served_order) as deepest_order,
            max(case when step_number = {{ count }} then served_order end) as completed_order,
            false as is_excluded
        from numbered
        group by {{ keys | join(', ') }}, entry_order

    )

    select * from final
{% endmacro %}
