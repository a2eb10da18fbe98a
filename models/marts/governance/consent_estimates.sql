{{ config(materialized='refreshed') }}

{#- With fewer entrances a cell takes the rate of a larger one. -#}
{%- set min_entrances = 100 %}
{%- set levels = {
    'cell': ['event_date', 'device_category', 'channel'],
    'all_days': ['device_category', 'channel'],
    'all': [],
} %}
{%- set plan = waymark.rebuild_plan(['goal_completions', 'sessions', 'events'], ['goals']) %}

{{ waymark.refresh_header(plan) }}
with

entrances as (

    select
        source_name,
        coalesce(source_property, '') as source_property,
        event_date,
        device_category,
        channel,
        consented_entrances,
        denied_entrances,
        consented_entrances + denied_entrances as entrances
    from {{ ref('int_entrances') }}

),

sessions as (

    select
        session_key,
        session_number,
        visitor_key,
        source_name,
        coalesce(source_property, '') as source_property,
        session_date as event_date,
        coalesce(device_category, '(not set)') as device_category,
        coalesce(channel, '(not set)') as channel,
        consent_state
    from {{ ref('sessions') }}

),

events_without_session as (

    select
        event_id,
        event_order,
        source_name,
        coalesce(source_property, '') as source_property,
        event_date,
        coalesce(device_category, '(not set)') as device_category,
        coalesce(channel, '(not set)') as channel,
        consent_state
    from {{ ref('events') }}
    where session_key is null

),

goal_completions as {{ waymark.not_materialized() }}(

    select * from {{ ref('goal_completions') }}

),

---------- what was observed

-- a visitor is counted once a day, where the first session was: ids of a day do for that
visitor_days as (

    select
        source_name,
        source_property,
        event_date,
        visitor_key,
        {{ waymark.min_by('device_category', ['session_number']) }} as device_category,
        {{ waymark.min_by('channel', ['session_number']) }} as channel,
        max(consent_state) as consent_state
    from sessions
    group by source_name, source_property, event_date, visitor_key

),

units as (

    {% for measure, relation in {'visitors': 'visitor_days', 'sessions': 'sessions'}.items() -%}
    select
        source_name,
        source_property,
        event_date,
        device_category,
        channel,
        '{{ measure }}' as measure,
        '' as goal_name,
        consent_state
    from {{ relation }}

    union all

    {% endfor -%}
    select
        sessions.source_name,
        sessions.source_property,
        sessions.event_date,
        sessions.device_category,
        sessions.channel,
        'completions' as measure,
        goal_completions.goal_name,
        sessions.consent_state
    from goal_completions
    inner join sessions on goal_completions.session_key = sessions.session_key

    union all

    select
        events.source_name,
        events.source_property,
        events.event_date,
        events.device_category,
        events.channel,
        'completions' as measure,
        goal_completions.goal_name,
        events.consent_state
    from goal_completions
    inner join events_without_session as events
        on
            goal_completions.event_order = events.event_order
            and goal_completions.event_id = events.event_id
    where goal_completions.session_key is null

),

observed as (

    select
        source_name,
        source_property,
        event_date,
        device_category,
        channel,
        measure,
        goal_name,
        sum(case when consent_state = 'granted' then 1 else 0 end) as observed_consented,
        sum(case when consent_state = 'denied' then 1 else 0 end) as observed_denied,
        sum(case when consent_state is null then 1 else 0 end) as observed_unknown
    from units
    group by source_name, source_property, event_date, device_category, channel, measure, goal_name

),

---------- how many of those who come consent

-- outside of these days nobody can tell whether all consent or those who deny send nothing
measured_days as (

    select
        source_name,
        source_property,
        min(case when denied_entrances > 0 then event_date end) as first_date,
        max(case when denied_entrances > 0 then event_date end) as last_date
    from entrances
    group by source_name, source_property

),

{% for level, columns in levels.items() -%}
level_{{ level }} as (

    select
        entrances.source_name,
        entrances.source_property,
        {%- for column in columns %}
        entrances.{{ column }},
        {%- endfor %}
        sum(entrances.consented_entrances) as consented_entrances,
        sum(entrances.entrances) as entrances
    from entrances
    inner join measured_days
        on
            entrances.source_name = measured_days.source_name
            and entrances.source_property = measured_days.source_property
            and entrances.event_date >= measured_days.first_date
            and entrances.event_date <= measured_days.last_date
    group by
        entrances.source_name,
        entrances.source_property
        {%- for column in columns %},
        entrances.{{ column }}
        {%- endfor %}

),

{% endfor -%}
levelled as (

    select
        observed.source_name as source_name,
        observed.source_property as source_property,
        observed.event_date as event_date,
        observed.device_category as device_category,
        observed.channel as channel,
        observed.measure,
        observed.goal_name,
        observed.observed_consented,
        observed.observed_denied,
        observed.observed_unknown,
        {%- for level in levels %}
        level_{{ level }}.consented_entrances as {{ level }}_consented_entrances,
        level_{{ level }}.entrances as {{ level }}_entrances,
        {%- endfor %}
        case
            when
                measured_days.source_name is null
                or observed.observed_consented + observed.observed_denied = 0
                then 'The source does not say who consented.'
            when
                measured_days.first_date is null
                or observed.event_date < measured_days.first_date
                or observed.event_date > measured_days.last_date
                then 'Nobody denied up to this day or since: those who deny may send nothing.'
        end as not_measured_because
    from observed
    left join measured_days
        on
            observed.source_name = measured_days.source_name
            and observed.source_property = measured_days.source_property
    {%- for level, columns in levels.items() %}
    left join level_{{ level }}
        on
            observed.source_name = level_{{ level }}.source_name
            and observed.source_property = level_{{ level }}.source_property
            {%- for column in columns %}
            and observed.{{ column }} = level_{{ level }}.{{ column }}
            {%- endfor %}
    {%- endfor %}

),

pooled as (

    select
        *,
        case
            when not_measured_because is not null then null
            when cell_entrances >= {{ min_entrances }} then 'cell'
            when all_days_entrances >= {{ min_entrances }} then 'all_days'
            else 'all'
        end as pooled_level
    from levelled

),

measured as (

    select
        *,
        case pooled_level
            {%- for level in levels %}
            when '{{ level }}' then {{ level }}_consented_entrances
            {%- endfor %}
        end as consented_entrances,
        case pooled_level
            {%- for level in levels %}
            when '{{ level }}' then {{ level }}_entrances
            {%- endfor %}
        end as entrances
    from pooled

),

rated as (

    select
        *,
        {{ waymark.rate('consented_entrances', 'entrances') }} as consent_rate,
        {{ waymark.wilson_bound('consented_entrances', 'entrances', 'lower') }}
            as consent_rate_low,
        {{ waymark.wilson_bound('consented_entrances', 'entrances', 'upper') }}
            as consent_rate_high,
        cast(observed_consented as {{ waymark.sql_type('double') }}) as consented
    from measured

),

final as (

    select
        *,
        {{ waymark.rate('consented', 'consent_rate') }} as modelled_count,
        {{ waymark.scaled_bound('consented', 'consent_rate', 'consent_rate_high', 'lower') }}
            as modelled_count_low,
        {{ waymark.scaled_bound('consented', 'consent_rate', 'consent_rate_low', 'upper') }}
            as modelled_count_high,
        coalesce(
            not_measured_because,
            case when consent_rate = 0 then 'Nobody consented: there is nothing to scale.' end
        ) as not_modelled_because
    from rated

)

select
    source_name,
    nullif(source_property, '') as source_property,
    event_date,
    device_category,
    channel,
    measure,
    nullif(goal_name, '') as goal_name,

    ---------- observed
    cast(observed_consented as bigint) as observed_consented,
    cast(observed_denied as bigint) as observed_denied,
    cast(observed_unknown as bigint) as observed_unknown,

    ---------- measured
    pooled_level,
    cast(consented_entrances as bigint) as consented_entrances,
    cast(entrances as bigint) as entrances,
    consent_rate,
    consent_rate_low,
    consent_rate_high,

    ---------- modelled
    modelled_count,
    modelled_count_low,
    modelled_count_high,
    not_modelled_because

from final
