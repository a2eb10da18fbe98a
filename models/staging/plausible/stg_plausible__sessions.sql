{{ config(**waymark.staging_table_config('plausible')) }}

{%- set source = waymark.staging_source('plausible') %}
{%- set text = dbt.type_string() %}

{#- Text columns of the last state: ours and theirs. -#}
{%- set told = {
    'visitor_id': 'user_id', 'entry_page': 'entry_page', 'exit_page': 'exit_page', 'hostname': 'hostname',
    'exit_hostname': 'exit_page_hostname', 'referrer_url': 'referrer', 'referrer_source': 'referrer_source',
    'utm_source': 'utm_source', 'utm_medium': 'utm_medium', 'utm_campaign': 'utm_campaign',
    'utm_content': 'utm_content', 'utm_term': 'utm_term', 'click_id_param': 'click_id_param',
    'acquisition_channel': 'acquisition_channel',
} %}
{%- set counted = {
    'duration_seconds': 'duration', 'bounces': 'is_bounce', 'page_views': 'pageviews', 'events': 'events',
} %}
{%- set columns = dict(
    told, site_id='site_id', session_id='session_id', told_sign='sign', told_start='start', told_end='timestamp',
    country_code='country_code', entry_names='entry_meta.key', entry_values='entry_meta.value'
) %}
{%- for name, column in counted.items() %}
    {%- do columns.update({'told_' ~ name: column}) %}
{%- endfor %}

with

raw_rows as (

    {{ waymark.clickhouse_rows(source, 'sessions_v2', columns) }}

),

states as (

    select
        {{ (['session_id', 'entry_names', 'entry_values'] + told.keys() | list) | join(',\n        ') }},
        coalesce(input_property, site_id) as source_property,
        {{ waymark.try_cast('told_sign', 'bigint') }} as sign,
        {{ waymark.parse_timestamp('told_start') }} as started_at,
        {{ waymark.parse_timestamp('told_end') }} as ended_at,
        {{ waymark.clickhouse_code('country_code', 2) }} as country,
        {%- for name in counted %}
        {{ waymark.try_cast('told_' ~ name, 'bigint') }} as {{ name }}{{ ',' if not loop.last }}
        {%- endfor %}
    from raw_rows
    where malformed_line is null

),

-- each change of a session takes its last state back (sign -1) and writes the new one (sign 1)
collapsed as (

    select
        source_property,
        session_id,
        {%- for name in counted %}
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
        {%- for name in told %}
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
