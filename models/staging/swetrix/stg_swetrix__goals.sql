{{ config(**waymark.staging_table_config('swetrix')) }}

{%- set source = waymark.staging_source('swetrix') %}
{#- In YAML a quote inside single quotes is two. #}
{%- set quote, two_quotes = waymark.text_literal("'"), waymark.text_literal("''") %}

with

raw_rows as (

    {{ waymark.clickhouse_rows(source, 'goal', {
        'goal_id': 'id', 'project_id': 'projectId', 'goal_name': 'name', 'goal_type': 'type',
        'told_match_type': 'matchType', 'match_value': 'value', 'metadata_filters': 'metadataFilters',
        'conditions': 'conditions', 'active': 'active',
    }) }}

),

goals as (

    select distinct
        input_property,
        goal_id,
        project_id,
        goal_name,
        goal_type,
        coalesce(told_match_type, 'exact') as match_type,
        match_value,
        metadata_filters,
        conditions,
        coalesce(active, '1') in ('1', 'true') as is_active
    from raw_rows
    where malformed_line is null

),

quoted as (

    select
        *,
        coalesce(input_property, project_id) as source_property,
        {{ quote }}
        || replace(goal_name, {{ quote }}, {{ two_quotes }})
        || {{ quote }} as name_text,
        {{ quote }}
        || replace(match_value, {{ quote }}, {{ two_quotes }})
        || {{ quote }} as value_text,
        {{ quote }}
        || replace(coalesce(input_property, project_id), {{ quote }}, {{ two_quotes }})
        || {{ quote }} as place_text,
        case
            when match_value is null or metadata_filters not in ('[]', 'null') then false
            else conditions is null or conditions = 'null'
        end as is_complete
    from goals

),

conditioned as (

    select
        *,
        case
            when goal_type = 'pageview' then '{event: pageview, where: {' else '{where: {'
        end
        || coalesce('source_property: ' || place_text || ', ', '')
        || case when goal_type = 'pageview' then 'page_path: ' else 'event_name: ' end
        || case match_type
            when 'contains' then '{contains: ' || value_text || '}'
            when 'regex' then '{matches: ' || value_text || '}'
            else value_text
        end
        || '}}' as match_yaml
    from quoted

),

final as (

    select
        source_property,
        goal_id,
        goal_name,
        goal_type,
        match_type,
        match_value,
        metadata_filters,
        conditions,
        is_active,
        is_complete,
        match_yaml,
        '- {name: ' || name_text || ', match: ' || match_yaml || '}' as goal_yaml
    from conditioned

)

select * from final
