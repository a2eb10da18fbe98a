{{ config(materialized='refreshed') }}

{%- set plan = waymark.refresh_plan('source_loads') %}
{%- set changed_keys %}
    select staged_events.event_key
    from {{ ref('staged_events') }} as staged_events
    where staged_events.source_shard in ({{ waymark.changed_shards(plan) }})
    union distinct
    select duplicates.event_key
    from {{ this }} as duplicates
    where duplicates.source_shard in ({{ waymark.changed_shards(plan) }})
{%- endset %}

{{ waymark.refresh_header(plan, 'event_key in (' ~ changed_keys ~ ')', reads_itself=true) }}
with

staged_events as {{ waymark.not_materialized() }}(

    select * from {{ ref('staged_events') }}
    where reject_reason is null

),

{% if plan.is_partial -%}
changed_keys as (
    {{ changed_keys }}

),

{% endif -%}
repeated_keys as (

    select event_key
    from staged_events
    {%- if plan.is_partial %}
    where event_key in (select changed_keys.event_key from changed_keys)
    {%- endif %}
    group by event_key
    having count(*) > 1

),

final as (

    select
        staged_events.*,
        row_number() over (
            partition by staged_events.source_name, staged_events.event_id
            order by
                staged_events.loaded_at,
                staged_events.source_shard,
                staged_events.event_at,
                staged_events.event_name,
                -- copies of one load may differ in anything: which one counts is no accident
                {%- for column, type in waymark.staged_columns().items()
                    if type == 'text' and column not in ['shard_version', 'properties', 'reject_reason', 'raw_payload'] %}
                coalesce(staged_events.{{ column }}, ''),
                {%- endfor %}
                staged_events.value,
                staged_events.properties
        ) as occurrence
    from staged_events
    inner join repeated_keys on staged_events.event_key = repeated_keys.event_key

)

select * from final
