{% macro funnel(
    relation, unit=none, time=none, step=none, steps=none, window=none, order=none, entry=none, ties=none, mode=none,
    hold_constant=none, exclusions=none, breakdowns=none, breakdown_by=none, breakdown_limit=none, date_from=none,
    date_to=none, timezone=none, event_order=none
) %}
    {#- Everything that is wrong with the call, at once. -#}
    {%- set errors = [] -%}
    {%- set needed = {'unit': unit, 'time': event_order or time, 'step': step} -%}
    {%- for argument in needed if needed[argument] is not string -%}
        {%- do errors.append(
            'funnel(): ' ~ argument ~ ' must be a column or SQL expression in quotes, found '
            ~ (needed[argument] | tojson) ~ '.'
        ) -%}
    {%- endfor -%}
    {%- set options = {
        'steps': steps, 'window': window, 'order': order, 'entry': entry, 'ties': ties, 'mode': mode,
        'hold_constant': hold_constant, 'exclusions': exclusions, 'breakdowns': breakdowns,
        'breakdown_by': breakdown_by, 'breakdown_limit': breakdown_limit, 'date_from': date_from, 'date_to': date_to,
    } -%}
    {%- set arguments = options.keys() | list + ['relation', 'unit', 'time', 'step', 'timezone', 'event_order'] -%}
    {%- for argument in kwargs -%}
        {%- do errors.append(
            'funnel() has no argument ' ~ argument ~ '. It has ' ~ (arguments | join(', ')) ~ '.'
            ~ waymark._did_you_mean(argument, arguments)
        ) -%}
    {%- endfor -%}
    {%- set funnel = waymark._read_funnel('funnel()', options, errors) -%}
    {%- do waymark._raise_errors(errors) -%}
    {%- set timezone = timezone or waymark.get_config('timezone') or 'UTC' -%}

    {#- Each value of a step is a number, so that the rows that are joined are narrow. -#}
    {%- set numbers = {} -%}
    {%- set goal_match = {} -%}
    {%- set exclusion_sources = [] -%}
    {%- for goal in (funnel.steps + funnel.exclusions) | map(attribute='goal') -%}
        {%- set of_goal = [] -%}
        {%- for value in goal.branches[0].events -%}
            {%- do numbers.update({value: numbers.get(value, numbers | length + 1)}) -%}
            {%- do of_goal.append(numbers[value]) -%}
        {%- endfor -%}
        {%- do goal_match.update({goal.id: 'completions.step_value in (' ~ (of_goal | join(', ')) ~ ')'}) -%}
    {%- endfor -%}
    {%- for exclusion in funnel.exclusions -%}
        {%- do exclusion_sources.append({
            'rows': 'step_rows as completions',
            'unit_key': 'completions.unit_key',
            'event_order': 'completions.event_order',
            'held_value': 'completions.held_value',
            'match': goal_match[exclusion.goal.id],
        }) -%}
    {%- endfor -%}
    {%- set property = {} -%}
    {%- for name in funnel.properties -%}
        {%- do property.update({name: "nullif(completions.property_" ~ loop.index ~ ", '')"}) -%}
    {%- endfor -%}
    {#- Rows must be told apart only where one may serve several steps. -#}
    {%- set with_ids = waymark._steps_share_events(funnel.steps) -%}
    {%- set step_goals = {} -%}
    {%- for one in funnel.steps -%}{%- do step_goals.update({one.goal.id: goal_match[one.goal.id]}) -%}{%- endfor -%}
    {%- set source = {
        'completions': 'step_rows as completions',
        'events': ('unit_rows' if funnel.order == 'strict' else 'step_rows') ~ ' as completions',
        'unit_key': 'completions.unit_key',
        'events_unit_key': 'completions.unit_key',
        'held_value': 'completions.held_value' if hold_constant else none,
        'event_order': 'completions.event_order',
        'events_order': 'completions.event_order',
        'event_id': none,
        'row_id': 'completions.row_id' if with_ids else none,
        'goal_match': step_goals,
        'name_match': step_goals,
        'property': property,
        'exclusions': exclusion_sources,
    } -%}
    {%- set event_order = event_order or waymark.epoch_us(time) ~ ' * 1000' -%}
    {%- set in_place = waymark._has_integer_columns(relation, [unit, step]) -%}

    with

    step_rows as {{ waymark.not_materialized() if in_place and not with_ids }}(

        select
            {{ waymark.row_key(unit) }} as unit_key,
            {%- if hold_constant %}
            nullif(cast({{ hold_constant }} as {{ dbt.type_string() }}), '') as held_value,
            {%- endif %}
            {%- for name in funnel.properties %}
            cast({{ name }} as {{ dbt.type_string() }}) as property_{{ loop.index }},
            {%- endfor %}
            {%- if with_ids %}
            row_number() over (order by {{ event_order }}) as row_id,
            {%- endif %}
            case {{ step }}
                {% for value, number in numbers.items() -%}
                when {{ value if value is number else waymark.text_literal(value) }} then {{ number }}
                {% endfor -%}
            end as step_value,
            {{ event_order }} as event_order
        from {{ relation }} as source_rows
        where
            {{ unit }} is not null
            and {{ step }} in (
                {%- for value in numbers %}{{ value if value is number else waymark.text_literal(value) }}
                {{- ', ' if not loop.last }}{% endfor -%}
            )

    ),
    {%- if funnel.order == 'strict' %}

    unit_rows as (

        select
            {{ waymark.row_key(unit) }} as unit_key,
            {{ event_order }} as event_order
        from {{ relation }} as source_rows
        where {{ unit }} is not null

    ),
    {%- endif %}

    units as (

        {{ waymark._funnel_results(funnel, source, timezone, false) }}
        {%- if funnel.properties %},

        {{ waymark._funnel_dimensions(funnel, source) }}
        {%- endif %}

        select
            *,
            {{ waymark.order_to_us('entered_order') }} + {{ funnel.window_seconds * 1000000 }}
            > (
                select {{ waymark.order_to_us('max(' ~ event_order ~ ')') }}
                from {{ relation }} as source_rows
            ) as is_immature
        from {{ 'described' if funnel.properties else 'results' }}
        where not is_excluded

    ),

    {#- Each unit in the whole and in one value of each breakdown. -#}
    {% for breakdown in funnel.breakdowns -%}
    {%- set values = [] -%}
    {%- for name in breakdown.properties -%}
        {%- do values.append('value_' ~ (funnel.properties.index(name) + 1)) -%}
    {%- endfor -%}
    {%- do breakdown.update({'value': values | join(" || ', ' || ")}) %}
    values_{{ loop.index }} as (

        select
            {{ breakdown.value }} as breakdown_value,
            row_number() over (order by count(*) desc, {{ breakdown.value }}) as value_rank
        from units
        group by 1

    ),
    {% endfor %}
    sliced as (

        select
            *,
            'all' as breakdown_name,
            'all' as breakdown_value
        from units
        {%- for breakdown in funnel.breakdowns %}
        {%- set ranks = 'values_' ~ loop.index %}

        union all

        select
            units.*,
            {{ waymark.text_literal(breakdown.name) }} as breakdown_name,
            case
                when {{ ranks }}.value_rank > {{ breakdown.limit }} then '(other)'
                else {{ ranks }}.breakdown_value
            end as breakdown_value
        from units
        inner join {{ ranks }} on {{ breakdown.value }} = {{ ranks }}.breakdown_value
        {%- endfor %}

    ),

    counted as (

        {% for step in funnel.steps -%}
        {%- set reached = 'step_' ~ step.number ~ '_order' -%}
        {%- set before = 'step_' ~ step.before ~ '_order' if step.before else reached -%}
        {%- set since_previous = waymark.order_to_us(reached) ~ ' - ' ~ waymark.order_to_us(before) -%}
        {%- set entered = 'entered_order' if funnel.entry == 'any_step' else 'step_1_order' -%}
        {%- set since_first = waymark.order_to_us(reached) ~ ' - ' ~ waymark.order_to_us(entered) %}
        select
            breakdown_name,
            breakdown_value,
            {{ step.number }} as step_number,
            {{ waymark.text_literal(step.label) }} as step_name,
            count(*) as units_entered,
            count({{ reached }}) as units_reached,
            count({{ before }}) as previous_units_reached,
            count(case when {{ before }} is not null then {{ reached }} end) as units_continued,
            {{ step.optional | lower }} as is_optional,
            sum(case when is_immature then 1 else 0 end) as immature_units,
            count(case when is_immature then {{ reached }} end) as immature_units_reached
            {%- for name, since in [('previous', since_previous), ('first', since_first)] %}
            {%- for label, fraction in [('median', 0.5), ('p90', 0.9)] %},
            {{ waymark.quantile('case when ' ~ since ~ ' >= 0 then ' ~ since ~ ' end', fraction) ~ ' / 1e6'
                if step.number > 1 else 'cast(null as ' ~ waymark.sql_type('double') ~ ')' }} as {{ label }}_seconds_from_{{ name }}
            {%- endfor %}
            {%- endfor %}
        from sliced
        group by breakdown_name, breakdown_value
        {{ 'union all' if not loop.last }}
        {% endfor %}
    )

    select
        {%- if funnel.breakdowns %}
        breakdown_name,
        breakdown_value,
        {%- endif %}
        step_number,
        step_name,
        units_entered,
        units_reached,
        {{ waymark.rate('units_reached', 'units_entered') }} as conversion_rate,
        {{ waymark.rate('units_continued', 'previous_units_reached') }} as step_conversion_rate,
        case when not is_optional then previous_units_reached - units_continued end as dropped_off,
        case
            when not is_optional
                then {{ waymark.rate('previous_units_reached - units_continued', 'previous_units_reached') }}
        end as drop_off_rate,
        previous_units_reached,
        immature_units,
        units_entered - immature_units as mature_units_entered,
        units_reached - immature_units_reached as mature_units_reached,
        {{ waymark.rate('units_reached - immature_units_reached', 'units_entered - immature_units') }}
            as mature_conversion_rate,
        median_seconds_from_previous,
        p90_seconds_from_previous,
        median_seconds_from_first,
        p90_seconds_from_first
    from counted
    order by breakdown_name, breakdown_value, step_number
{% endmacro %}
