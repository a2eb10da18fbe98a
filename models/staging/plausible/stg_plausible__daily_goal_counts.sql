{{ config(**waymark.staging_table_config('plausible')) }}

{%- set source = waymark.staging_source('plausible') %}

with

raw_rows as (

    {{ waymark.raw_rows(source, 'imported_custom_events') }}

),

counts as (

    select
        input_property as source_property,
        {{ waymark.json_value('raw_row', 'date') }} as count_date,
        {{ waymark.json_value('raw_row', 'name') }} as event_name,
        {{ waymark.json_value('raw_row', 'link_url') }} as link_url,
        {{ waymark.json_value('raw_row', 'path') }} as page_path,
        {{ waymark.json_value('raw_row', 'visitors') }} as visitors,
        {{ waymark.json_value('raw_row', 'events') }} as events
    from raw_rows
    where malformed_line is null

),

typed as (

    select
        source_property,
        cast({{ waymark.parse_timestamp('count_date') }} as date) as count_date,
        nullif(event_name, '') as event_name,
        nullif(link_url, '') as link_url,
        nullif(page_path, '') as page_path,
        {{ waymark.try_cast('visitors', 'bigint') }} as visitors,
        {{ waymark.try_cast('events', 'bigint') }} as events
    from counts

),

-- a day that two exports share was not over at the first: the greater count is the later one
final as (

    select
        source_property,
        count_date,
        event_name,
        link_url,
        page_path,
        max(visitors) as visitors,
        max(events) as events
    from typed
    group by source_property, count_date, event_name, link_url, page_path

)

select * from final
