{{ config(materialized='refreshed') }}

{%- set plan = waymark.rebuild_plan(['goal_completions', 'int_visitor_days'], ['goals', 'cohorts']) %}
{%- set config_ = waymark.load_config() %}

{{ waymark.refresh_header(plan) }}
with

goal_completions as {{ waymark.not_materialized() }}(

    select
        *,
        {{ waymark.to_local_time('completed_at', config_.timezone) }} as completed_at_local
    from {{ ref('goal_completions') }}
    where visitor_key > 0

),

events as {{ waymark.not_materialized() }}(

    select
        *,
        {{ waymark.to_local_time('event_at', config_.timezone) }} as event_at_local
    from {{ ref('events') }} as events
    where
        {{ waymark.is_person('events') }}
        and visitor_key > 0

),

visitor_days as {{ waymark.not_materialized() }}(

    select
        *,
        {{ waymark.to_local_time(
            waymark.timestamp_from_us(waymark.order_to_us('first_event_order')), config_.timezone
        ) }} as first_event_at_local,
        {{ waymark.to_local_time(
            waymark.timestamp_from_us(waymark.order_to_us('last_event_order')), config_.timezone
        ) }} as last_event_at_local
    from {{ ref('int_visitor_days') }}

),

data_end as (

    select max(event_at) as last_event_at
    from {{ ref('events') }}

),

{% for cohort in config_.cohorts.values() -%}
{#- Days, weeks and months need no more than the last event of a day, and it knows its local date. -#}
{%- set events_ = {
    'relation': 'events', 'unit': 'visitor_key', 'event_order': 'event_order', 'where': 'true',
    'local_time': 'event_at_local' if cohort.interval == 'hour' else 'event_date',
} %}
{%- set days = {
    'relation': 'visitor_days', 'unit': 'visitor_key', 'event_order': 'last_event_order', 'where': 'true',
    'local_time': 'last_event_at_local' if cohort.interval == 'hour' else 'event_date',
} %}
{%- set by_day = cohort.interval != 'hour' and not cohort.rolling %}
{%- set any_event = not cohort['return'] and cohort.min_occurrences == 1 and cohort.window_seconds is none %}

{%- set values = [] %}
{%- for breakdown in cohort.breakdowns %}
    {%- set parts = [] %}
    {%- for property in breakdown.properties %}
        {%- set value = waymark.json_value('dimensions', property) if cohort.start
            else waymark.event_property('events', property) %}
        {%- do parts.append("coalesce(nullif(" ~ value ~ ", ''), '(not set)')") %}
    {%- endfor %}
    {%- do values.append(parts | join(" || ', ' || ")) %}
{%- endfor %}

{%- if cohort.start %}
    {%- set starts = {
        'relation': 'goal_completions', 'unit': 'visitor_key', 'event_order': 'event_order',
        'local_time': 'completed_at_local', 'where': 'goal_id = ' ~ cohort.start.id,
    } %}
    {%- if cohort.first == 'first_ever' %}
        {%- set event_names = [] %}
        {%- for event_name in waymark.goal_event_names(cohort.start) %}
            {%- do event_names.append(waymark.text_literal(event_name)) %}
        {%- endfor %}
        {%- do starts.update({'relation': 'first_ever_' ~ loop.index, 'where': 'true'}) -%}
first_tries_{{ loop.index }} as (

    select
        visitor_key,
        {% if event_names -%}
        min(event_order) as event_order
    from events
    where event_name in ({{ event_names | join(', ') }})
        {%- else -%}
        min(first_event_order) as event_order
    from visitor_days
        {%- endif %}
    group by visitor_key

),

first_ever_{{ loop.index }} as (

    select goal_completions.*
    from goal_completions
    inner join first_tries_{{ loop.index }} as first_tries
        on
            goal_completions.visitor_key = first_tries.visitor_key
            and goal_completions.event_order = first_tries.event_order
    where goal_completions.goal_id = {{ cohort.start.id }}

),

    {%- endif %}
{%- elif cohort.start_property %}
    {%- set starts = dict(
        events_, where="nullif(" ~ waymark.event_property('events', cohort.start_property) ~ ", '') is not null"
    ) %}
{%- elif values %}
    {%- set starts = events_ %}
{%- else %}
    {%- set starts = dict(days, event_order='first_event_order') %}
    {%- if cohort.interval == 'hour' %}{% do starts.update({'local_time': 'first_event_at_local'}) %}{% endif %}
{%- endif %}

{%- if cohort['return'] %}
    {%- set returns = {
        'relation': 'goal_completions', 'unit': 'visitor_key', 'event_order': 'event_order',
        'local_time': 'completed_at_local', 'where': 'goal_id = ' ~ cohort['return'].id,
    } %}
{%- else %}
    {%- set returns = days if by_day and any_event else events_ %}
{%- endif %}

{{ waymark._cohort_members('members_' ~ loop.index, starts, cohort, values) }},

{{ waymark._cohort_returns(
    'returned_' ~ loop.index, 'members_' ~ loop.index, returns, cohort, cohort.min_occurrences, cohort.window_seconds
) }},

{% if not any_event -%}
{{ waymark._cohort_returns(
    'active_' ~ loop.index, 'members_' ~ loop.index,
    days if by_day or cohort.criterion == 'on_or_after' else events_, cohort, same_interval=false
) }},

{% endif -%}
{{ waymark._cohort_counts(
    'tally_' ~ loop.index, 'members_' ~ loop.index, 'returned_' ~ loop.index, cohort,
    ('returned_' if any_event else 'active_') ~ loop.index
) }},

{{ waymark._cohort_matrix(
    'matrix_' ~ loop.index, 'tally_' ~ loop.index ~ '_sizes', 'tally_' ~ loop.index ~ '_counts', cohort
) }},

{% endfor -%}
final as (

    {% for cohort in config_.cohorts.values() -%}
    select
        {{ waymark.text_literal(cohort.name) }} as cohort_name,
        cast(cohort_start as date) as cohort_start,
        cast(cohort_start as {{ dbt.type_timestamp() }}) as cohort_start_at,
        breakdown_name,
        breakdown_value,
        interval_number,
        interval_end_number,
        interval_label,
        '{{ cohort.interval }}' as interval_unit,
        {{ cohort.rolling | lower }} as is_rolling,
        '{{ cohort.criterion }}' as criterion,
        cast(cohort_size as bigint) as cohort_size,
        cast(units_returned as bigint) as units_returned,
        {{ waymark.rate('units_returned', 'cohort_size') }} as retention_rate,
        cast(units_returned_same_interval as bigint) as units_returned_same_interval,
        cast(units_active as bigint) as units_active,
        {{ waymark.rate('units_active', 'cohort_size') }} as active_rate,
        is_mature
    from matrix_{{ loop.index }}
    {{- '\n\n    union all\n' if not loop.last }}

    {% else -%}
    {{ waymark.empty_relation({
        'cohort_name': 'text',
        'cohort_start': 'date',
        'cohort_start_at': 'timestamp',
        'breakdown_name': 'text',
        'breakdown_value': 'text',
        'interval_number': 'bigint',
        'interval_end_number': 'bigint',
        'interval_label': 'text',
        'interval_unit': 'text',
        'is_rolling': 'boolean',
        'criterion': 'text',
        'cohort_size': 'bigint',
        'units_returned': 'bigint',
        'retention_rate': 'double',
        'units_returned_same_interval': 'bigint',
        'units_active': 'bigint',
        'active_rate': 'double',
        'is_mature': 'boolean',
    }) }}
    {%- endfor %}

)

select
    cohort_name,
    cohort_start,
    cohort_start_at,
    breakdown_name,
    breakdown_value,
    interval_number,
    interval_end_number,
    interval_label,
    interval_unit,
    is_rolling,
    criterion,
    cohort_size,
    units_returned,
    retention_rate,
    units_returned_same_interval,
    units_active,
    active_rate,
    is_mature
from final
