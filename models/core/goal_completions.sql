{{ config(
    materialized='refreshed',
    pre_hook="{{ waymark.check_properties(ref('events')) }}",
    **waymark.table_layout('completed_at', ['goal_id', 'visitor_key'], 'timestamp')
) }}

{%- set config_ = waymark.load_config() %}
{%- set goals = config_.goals.values() | list %}
{%- set levels = goals | map(attribute='level') | unique | sort %}
{%- set occurrences_needed = goals | map(attribute='min_occurrences') | unique | sort %}
{%- set completed = 'completed_' ~ levels | last %}
{%- set columns = [
    'goal_id', 'visitor_key', 'visitor_id', 'session_key', 'session_id', 'event_id', 'completed_at',
    'event_order', 'value', 'currency', 'dimensions',
] %}
{%- set definitions = {} %}
{%- set ids = {} %}
{%- for goal in goals %}
    {%- do definitions.update({goal.name: waymark.goal_hash(config_, goal)}) %}
    {%- do ids.update({goal.name: goal.id}) %}
{%- endfor %}
{%- set plan = waymark.refresh_plan('events', definitions) %}
{%- set changes = waymark.changed_visitors(plan) %}
{%- set passes = waymark.completion_passes(plan, goals) %}
{#- Goals that count or look back need several readings of their rows; the others none. -#}
{%- set parts = [] %}
{%- for is_counted in [false, true] %}
    {%- set groups = passes | map(attribute='groups') | sum(start=[])
        | selectattr('is_counted', 'equalto', is_counted) | list %}
    {%- if groups or (is_counted and not parts) %}
        {%- do parts.append({'is_counted': is_counted, 'groups': groups}) %}
    {%- endif %}
{%- endfor %}

{{ waymark.refresh_header(
    plan,
    waymark.delete_definitions(plan, 'goal_id', ids) ~ ' or '
    ~ waymark.delete_changed(changes, column='event_order'),
) }}
{% for part in parts -%}
select *
from (

    with

    goals as (

        select * from {{ ref('goals') }}

    ),

    goal_events as (

        select * from {{ ref('goal_events') }}

    ),

{% if plan.is_partial -%}
    changes as (
        {{ changes }}

    ),

{% endif -%}
{% for pass in passes if pass.name in part.groups | map(attribute='events') -%}
    {{ pass.name }} as {{ waymark.not_materialized(is_dear=pass.changed is not none) }}(

        select events.*
        from {{ ref('events') }} as events
        {%- if pass.changed %}
        inner join changes
            on
                coalesce(events.visitor_key, 0) = changes.changed_visitor_key
                and events.event_order {{ pass.changed }} changes.changed_from
        {%- endif %}
        where
            {{ waymark.is_person('events') }}
            {%- if pass.changed == '>=' %}
            and events.event_at >= {{ waymark.timestamp_from_us(waymark.first_changed_us(plan)) }}
            {%- endif %}

    ),

{% endfor -%}
    -- each event meets the goals that read its name, then their conditions
    matched as (

        {% for group in part.groups -%}
        select
            goal_events.goal_id,
            events.visitor_key,
            events.visitor_id,
            events.session_key,
            events.session_id,
            events.event_id,
            events.event_at as completed_at,
            events.event_order,
            {%- set with_value = group.goals | selectattr('value_property') | list %}
            {% if with_value -%}
            case goal_events.goal_id
                {% for goal in with_value -%}
                when {{ goal.id }}
                    then {{ waymark.try_cast(
                        waymark.event_property('events', goal.value_property), 'decimal(18, 4)'
                    ) }}
                {% endfor -%}
                else events.value
            end as value,
            {%- else -%}
            events.value,
            {%- endif %}
            events.currency,
            {%- set dimensions = {} %}
            {%- for goal in group.goals %}
                {%- set pairs = waymark.completion_dimensions(config_, goal, 'events') %}
                {%- if pairs %}{% do dimensions.update({goal.id: pairs}) %}{% endif %}
            {%- endfor %}
            {% if dimensions -%}
            case goal_events.goal_id
                {% for goal_id, pairs in dimensions.items() -%}
                when {{ goal_id }} then {{ waymark.json_object(pairs) }}
                {% endfor -%}
            end as dimensions
            {%- else -%}
            cast(null as {{ dbt.type_string() }}) as dimensions
            {%- endif %}
        from {{ group.events }} as events
        inner join goal_events
            on
                {% if group.is_named -%}
                events.event_name = goal_events.event_name
                {%- else -%}
                goal_events.event_name is null
                {%- endif %}
        where
            case goal_events.goal_id
                {% for goal in group.goals -%}
                when {{ goal.id }} then {{ waymark.goal_condition_sql('events', goal) }}
                {% endfor -%}
            end
        {{ 'union all' if not loop.last }}

        {% else -%}
        {{ waymark.empty_relation({
            'goal_id': 'bigint',
            'visitor_key': 'bigint',
            'visitor_id': 'text',
            'session_key': 'bigint',
            'session_id': 'text',
            'event_id': 'text',
            'completed_at': 'timestamp',
            'event_order': 'bigint',
            'value': 'decimal(18, 4)',
            'currency': 'text',
            'dimensions': 'text',
        }) }}
        {%- endfor %}

    ),

{% for level in levels if part.is_counted -%}
{% if level == 0 -%}
    occurrences_0 as {{ waymark.not_materialized() }}(

        select matched.*
        from matched
        inner join goals
            on
                matched.goal_id = goals.goal_id
                and goals.build_level = 0

    ),

{% else -%}
    -- goals that must follow another goal: both on one time line of the visitor
    timeline_{{ level }} as (

        select
            matched.goal_id,
            matched.visitor_key,
            matched.event_order,
            matched.event_id,
            cast(null as bigint) as anchor_order
        from matched
        inner join goals
            on
                matched.goal_id = goals.goal_id
                and goals.build_level = {{ level }}
        where matched.visitor_key is not null

        union all

        select
            followers.goal_id,
            anchors.visitor_key,
            anchors.event_order,
            anchors.event_id,
            anchors.event_order as anchor_order
        from completed_{{ level - 1 }} as anchors
        inner join goals as anchor_goals on anchors.goal_id = anchor_goals.goal_id
        inner join goals as followers
            on
                anchor_goals.goal_name = followers.after_goal_name
                and followers.build_level = {{ level }}
        where anchors.visitor_key is not null

    ),

    -- the latest other event that reached that goal: earlier, or in the same unbreakable tie
    anchored_{{ level }} as (

        select
            goal_id,
            event_id,
            event_order,
            anchor_order,
            max(anchor_order) over (
                partition by goal_id, visitor_key
                order by event_order
                range between unbounded preceding and 1 preceding
            ) as earlier_anchor_order,
            count(anchor_order) over (partition by goal_id, visitor_key, event_order)
            - count(anchor_order) over (
                partition by goal_id, visitor_key, event_order, event_id
            ) as tied_anchors
        from timeline_{{ level }}

    ),

    occurrences_{{ level }} as (

        select
            {%- for column in columns %}
            matched.{{ column }} as {{ column }}{{ ',' if not loop.last }}
            {%- endfor %}
        from matched
        inner join goals on matched.goal_id = goals.goal_id
        inner join anchored_{{ level }} as anchored
            on
                matched.goal_id = anchored.goal_id
                and matched.event_id = anchored.event_id
                and matched.event_order = anchored.event_order
        where
            anchored.anchor_order is null
            and (
                anchored.tied_anchors > 0
                or (
                    anchored.earlier_anchor_order is not null
                    and (
                        goals.after_within_seconds is null
                        or {{ waymark.order_to_us('anchored.event_order') }}
                        - {{ waymark.order_to_us('anchored.earlier_anchor_order') }}
                        <= goals.after_within_seconds * 1000000
                    )
                )
            )

    ),

{% endif -%}
    numbered_{{ level }} as (

        select
            occurrences.*,
            goals.counting,
            goals.min_occurrences,
            goals.within_seconds,
            case goals.counting
                when 'once_per_session' then occurrences.session_key
                else occurrences.visitor_key
            end as scope_key,
            {% set scope -%}
            partition by
                occurrences.goal_id,
                case goals.counting
                    when 'once_per_session' then occurrences.session_key
                    else occurrences.visitor_key
                end
            order by occurrences.event_order, occurrences.event_id
            {%- endset -%}
            row_number() over ({{ scope }}) as occurrence,
            -- the event that the count of the last few begins with
            case goals.min_occurrences
                {% for count in occurrences_needed if count > 1 -%}
                when {{ count }}
                    then lag(occurrences.event_order, {{ count - 1 }}) over ({{ scope }})
                {% else -%}
                when 1 then cast(null as bigint)
                {% endfor -%}
            end as opening_order
        from occurrences_{{ level }} as occurrences
        inner join goals on occurrences.goal_id = goals.goal_id
        where goals.counting <> 'every' or goals.min_occurrences > 1

    ),

    qualified_{{ level }} as (

        select
            *,
            row_number() over (
                partition by goal_id, scope_key
                order by event_order, event_id
            ) as completion
        from numbered_{{ level }}
        where
            min_occurrences = 1
            or (
                scope_key is not null
                and opening_order is not null
                and (
                    within_seconds is null
                    or {{ waymark.order_to_us('event_order') }}
                    - {{ waymark.order_to_us('opening_order') }}
                    <= within_seconds * 1000000
                )
            )

    ),

    completed_{{ level }} as (

        select {{ columns | join(', ') }}
        from qualified_{{ level }}
        where completion = 1 or counting = 'every' or scope_key is null

        union all

        select occurrences.{{ columns | join(', occurrences.') }}
        from occurrences_{{ level }} as occurrences
        inner join goals on occurrences.goal_id = goals.goal_id
        where
            goals.counting = 'every'
            and goals.min_occurrences = 1
        {%- if level > 0 %}

        union all

        select {{ columns | join(', ') }}
        from completed_{{ level - 1 }}
        {%- endif %}

    ),

{% endfor -%}
    final as (

        select
            {% for column in columns -%}
            completed.{{ column }} as {{ column }},
            {% endfor -%}
            goals.goal_name
        from {{ completed if part.is_counted and levels else 'matched' }} as completed
        inner join goals on completed.goal_id = goals.goal_id
        {%- if plan.is_partial %}
        left join changes
            on
                coalesce(completed.visitor_key, 0) = changes.changed_visitor_key
                and completed.event_order >= changes.changed_from
        where
            changes.changed_visitor_key is not null
            {%- for name in plan.stale %}
            or goals.goal_name = {{ waymark.text_literal(name) }}
            {%- endfor %}
        {%- endif %}

    )

    select
        goal_name,
        goal_id,
        visitor_key,
        visitor_id,
        session_key,
        session_id,
        event_id,
        completed_at,
        event_order,
        value,
        currency,
        dimensions
    from final
    -- readers take a few goals at a time: sorted, they skip the rest
    order by goal_id, visitor_key, event_order

) as part_{{ loop.index }}
{% if not loop.last -%}
union all -- next part
{% endif %}
{%- endfor %}
