{{ config(**waymark.staging_table_config('plausible')) }}

{%- set source = waymark.staging_source('plausible') %}

with

counts as (

    {{ waymark.raw_rows(source, 'imported_custom_events', {
        'told_date': 'date', 'event_name': 'name', 'link_url': 'link_url', 'page_path': 'path',
        'told_visitors': 'visitors', 'told_events': 'events',
    }) }}

),

typed as (

    select
        input_property as source_property,
        cast({{ waymark.parse_timestamp('told_date') }} as date) as count_date,
        event_name,
        link_url,
        page_path,
        {{ waymark.try_cast('told_visitors', 'bigint') }} as visitors,
        {{ waymark.try_cast('told_events', 'bigint') }} as events
    from counts
    where malformed_line is null

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
