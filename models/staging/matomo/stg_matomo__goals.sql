{{ config(**waymark.staging_table_config('matomo')) }}

{%- set source = waymark.staging_source('matomo') %}
{#- What a goal of Matomo looks at: the event and its property here. -#}
{%- set attributes = {
    'url': ['pageview', 'page_url'],
    'title': ['pageview', 'page_title'],
    'file': ['download', 'link_url'],
    'external_website': ['outlink', 'link_url'],
    'event_category': ['event', 'event_category'],
    'event_action': ['event', 'event_action'],
    'event_name': ['event', 'event_label'],
} %}
{#- A text as a regular expression. The tracker stores `<` as `&lt;` in some names only. -#}
{%- set quoted = namespace(
    sql=waymark.regex_replace('pattern', '([.^$*+?()\\[\\]{}|\\\\])', '\\\\\\1')
) %}
{%- for character, escaped in [
    ('&', '&(?:amp;)?'),
    ('<', '(?:<|&lt;)'),
    ('>', '(?:>|&gt;)'),
    ('"', '(?:"|&quot;)'),
    ("'", "(?:'|&#0?39;)"),
] %}
    {%- set quoted.sql = 'replace(' ~ quoted.sql ~ ', ' ~ waymark.text_literal(character) ~ ', '
        ~ waymark.text_literal(escaped) ~ ')' %}
{%- endfor %}

with

goal as (

    {{ waymark._matomo_rows(source, 'goal', [
        'idsite', 'idgoal', 'description', 'match_attribute', 'pattern', 'pattern_type', 'case_sensitive',
        'allow_multiple', 'deleted', 'event_value_as_revenue', 'revenue',
    ]) }}

),

typed as (

    select
        raw_row,
        installation,
        input_property,
        {{ waymark._matomo_id('idsite') }} as site_id,
        {{ waymark._matomo_id('idgoal') }} as goal_id,
        {{ waymark.json_value('raw_row', 'name') }} as goal_name,
        nullif(description, '') as description,
        match_attribute,
        nullif(pattern, '') as pattern,
        pattern_type,
        {%- for name, column in {
            'is_case_sensitive': 'case_sensitive', 'allows_multiple': 'allow_multiple',
            'is_deleted': 'deleted', 'takes_event_value': 'event_value_as_revenue',
        }.items() %}
        coalesce({{ column }}, '0') in ('1', 'true')
            as {{ name }},
        {%- endfor %}
        {{ waymark.try_cast('revenue', 'decimal(18, 4)') }} as revenue
    from goal

),

-- dumps that overlap hold a goal twice
numbered as (

    select
        *,
        row_number() over (partition by installation, site_id, goal_id order by raw_row)
            as version_number
    from typed
    where goal_id is not null

),

conditions as (

    select
        *,
        case when is_case_sensitive then '' else '(?i)' end || case pattern_type
            when 'regex' then pattern
            when 'contains' then {{ quoted.sql }}
            when 'exact' then '^' || {{ quoted.sql }} || '$'
        end as expression,
        {%- for column in ['event_name', 'property_name'] %}
        {%- set number = loop.index0 %}
        case match_attribute
            {%- for attribute, place in attributes.items() %}
            when '{{ attribute }}' then '{{ place[number] }}'
            {%- endfor %}
        end as {{ column }},
        {%- endfor %}
        case
            when input_property is null then ''
            else 'source_property: ' || {{ waymark.json_text('input_property') }} || ', '
        end || 'idsite: ' || cast(site_id as {{ dbt.type_string() }}) as place,
        count(*) over (partition by goal_name) as goals_of_this_name
    from numbered
    where version_number = 1

),

matched as (

    select
        *,
        case
            when expression is not null and property_name is not null
                then '{event: ' || event_name || ', where: {' || place || ', ' || property_name
                    || ': {matches: ' || {{ waymark.json_text('expression') }} || '}}}'
            else '{event: goal, where: {' || place || ', goal_id: '
                || cast(goal_id as {{ dbt.type_string() }}) || '}}'
        end as match_yaml,
        -- names are unique in Waymark's list, and in Matomo not even per site
        case
            when goals_of_this_name = 1 then goal_name
            else goal_name || ' (' || coalesce(input_property || ', ', '')
                || 'site ' || cast(site_id as {{ dbt.type_string() }})
                || ', goal ' || cast(goal_id as {{ dbt.type_string() }}) || ')'
        end as unique_name,
        case when allows_multiple then 'every' else 'once_per_session' end as counting
    from conditions

),

final as (

    select
        installation,
        input_property as source_property,
        site_id,
        goal_id,
        goal_name,
        description,
        match_attribute,
        pattern,
        pattern_type,
        is_case_sensitive,
        revenue,
        takes_event_value,
        is_deleted,
        counting,
        match_yaml,
        '- {name: ' || {{ waymark.json_text('unique_name') }}
        || case
            when description is null then ''
            else ', description: ' || {{ waymark.json_text('description') }}
        end || ', match: ' || match_yaml || ', counting: ' || counting || '}' as goal_yaml
    from matched

)

select * from final
