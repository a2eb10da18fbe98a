{{ config(**waymark.staging_config('generic')) }}

{%- set source = waymark.staging_source('generic') %}
{%- set told = {} %}
{%- for column in waymark.generic_columns() if column != 'properties' %}
    {%- do told.update({
        {'session_id': 'native_session_id'}.get(column, column): waymark.mapped_value(source, column)
    }) %}
{%- endfor %}

with

raw_rows as (

    {{ waymark.raw_rows(source) }}

),

-- columns that the contract does not know are properties too
described as (

    select
        *,
        {{ waymark.mapped_value(source, 'properties') }} as properties_text,
        {{ waymark.without_mapped(source, waymark.generic_columns()) }} as other_columns,
        {{ waymark.without_mapped(source, ['loaded_at']) }} as content
    from raw_rows

),

{{ waymark.stage_events(
    source,
    dict(
        told,
        event_id='coalesce(' ~ "nullif(" ~ told.event_id ~ ", ''), " ~ dbt.hash('coalesce(content, malformed_line)') ~ ')',
        given_properties='properties_text',
        properties='case when ' ~ waymark.json_is_object('properties_text')
            ~ ' then ' ~ waymark.json_merge('other_columns', 'properties_text') ~ ' else other_columns end',
    ),
    rows='described',
    strict_value=true,
    reject_reasons={
        'properties are not a json object':
            'given_properties is not null and not ' ~ waymark.json_is_object('given_properties'),
    },
) }}
