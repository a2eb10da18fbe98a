{{ config(**waymark.staging_table_config('plausible')) }}

{%- set source = waymark.staging_source('plausible') %}
{%- set text = dbt.type_string() %}

{#- Text columns of the last state: theirs and ours. #}
{%- set told = {
    'user_id': 'visitor_id', 'entry_page': 'entry_page', 'exit_page': 'exit_page', 'hostname': 'hostname',
    'exit_page_hostname': 'exit_hostname', 'referrer': 'referrer_url', 'referrer_source': 'referrer_source',
    'utm_source': 'utm_source', 'utm_medium': 'utm_medium', 'utm_campaign': 'utm_campaign',
    'utm_content': 'utm_content', 'utm_term': 'utm_term', 'click_id_param': 'click_id_param',
    'acquisition_channel': 'acquisition_channel',
} %}
{%- set counted = {
    'duration': 'duration_seconds', 'is_bounce': 'bounces', 'pageviews': 'page_views', 'events': 'events',
} %}

with

raw_rows as (

    {{ waymark.raw_rows(source, 'sessions_v2') }}

),

states as (

    select
        coalesce(input_property, {{ waymark.clickhouse_value('site_id') }}) as source_property,
        {{ waymark.clickhouse_value('session_id') }} as session_id,
        {{ waymark.try_cast(waymark.clickhouse_value('sign'), 'bigint') }} as sign,
        {{ waymark.parse_timestamp(waymark.clickhouse_value('start')) }} as started_at,
        {{ waymark.parse_timestamp(waymark.clickhouse_value('timestamp')) }} as ended_at,
        {{ waymark.clickhouse_code('country_code', 2) }} as country,
        {{ waymark.json_value('raw_row', 'entry_meta.key') }} as entry_names,
        {{ waymark.json_value('raw_row', 'entry_meta.value') }} as entry_values,
        {%- for column, name in told.items() %}
        {{ waymark.clickhouse_value(column) }} as {{ name }},
        {%- endfor %}
        {%- for column, name in counted.items() %}
        {{ waymark.try_cast(waymark.clickhouse_value(column), 'bigint') }} as {{ name }}
        {{- ',' if not loop.last }}
        {%- endfor %}
    from raw_rows
    where malformed_line is null

),

-- each change of a session takes its last state back (sign -1) and writes the new one (sign 1)
collapsed as (

    select
        source_property,
        session_id,
        {%- for name in counted.values() %}
        sum({{ name }} * sign) as {{ name }}{{ ',' if not loop.last }}
        {%- endfor %}
    from states
    where session_id is not null
    group by source_property, session_id
    having sum(sign) > 0

),

numbered as (

    select
        states.*,
        row_number() over (
            partition by states.source_property, states.session_id
            order by states.ended_at desc, states.events desc, states.page_views desc
        ) as state_number
    from states
    where states.sign = 1

),

final as (

    select
        coalesce(collapsed.source_property, '') || '|' || collapsed.session_id as session_key,
        collapsed.source_property,
        collapsed.session_id,
        numbered.started_at,
        numbered.ended_at,
        collapsed.duration_seconds,
        collapsed.bounces > 0 as is_bounce,
        collapsed.page_views,
        collapsed.events,
        numbered.country,
        {{ waymark.json_from_lists(
            waymark.clickhouse_list('numbered.entry_names'),
            waymark.clickhouse_list('numbered.entry_values'),
        ) }} as entry_properties,
        {%- for name in told.values() %}
        numbered.{{ name }}{{ ',' if not loop.last }}
        {%- endfor %}
    from collapsed
    inner join numbered
        on
            coalesce(collapsed.source_property, '') = coalesce(numbered.source_property, '')
            and collapsed.session_id = numbered.session_id
            and numbered.state_number = 1

)

select * from final
