{{ config(**waymark.staging_table_config('matomo')) }}

{%- set source = waymark.staging_source('matomo') %}

with

log_action as (

    {{ waymark._matomo_rows(source, 'log_action', ['idaction', 'type', 'url_prefix']) }}

),

typed as (

    select
        installation,
        {{ waymark._matomo_id('idaction') }} as action_id,
        {{ waymark.json_value('raw_row', 'name') }} as action_name,
        {{ waymark.try_cast('type', 'bigint') }} as action_type,
        {{ waymark.try_cast('url_prefix', 'bigint') }} as url_prefix
    from log_action

),

-- Matomo cuts the beginning off the URLs of pages
restored as (

    select
        installation,
        action_id,
        action_type,
        case url_prefix
            when 0 then 'http://'
            when 1 then 'http://www.'
            when 2 then 'https://'
            when 3 then 'https://www.'
            else ''
        end || action_name as action_name
    from typed

),

-- dumps that overlap hold a name twice
final as (

    select
        installation,
        action_id,
        min(action_name) as action_name,
        min(action_type) as action_type
    from restored
    where action_id is not null
    group by installation, action_id

)

select * from final
