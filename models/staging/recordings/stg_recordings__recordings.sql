{{ config(**waymark.staging_table_config('recordings')) }}

{%- set source = waymark.staging_source('recordings') %}
{#- column: its names in lists of recordings, without case, blanks and punctuation -#}
{%- set names = {
    'recording_id': ['recordingid', 'sessionid', 'id'],
    'recording_url': ['recordingurl', 'recordinglink', 'recording', 'sessionlink', 'sessionurl', 'url', 'link'],
    'recorded_on': ['recordedat', 'createdat', 'created', 'starttime', 'sessionstart', 'timestamp', 'date'],
    'recorded_time': ['time'],
    'duration': ['duration', 'sessionduration', 'durationseconds', 'sessionlength'],
    'user_id': ['userid', 'customuserid', 'externalid'],
    'anonymous_id': ['hotjaruserid', 'clarityuserid', 'visitorid', 'anonymousid', 'hotjarid'],
    'landing_page': ['landingpage', 'landingpageurl', 'entrypage', 'entryurl', 'entrypageurl', 'startpage'],
    'exit_page': ['exitpage', 'exitpageurl', 'exiturl', 'lastpage'],
    'pages': ['pages', 'pagecount', 'pagesvisited', 'numberofpages', 'pageviews'],
    'clicks': ['clicks', 'clickcount', 'sessionclickcount', 'actions', 'actionscount'],
    'country': ['country', 'countryregion'],
    'device_category': ['device', 'devicetype'],
    'browser': ['browser'],
    'operating_system': ['os', 'operatingsystem'],
} %}
{%- set mapped = {} %}
{%- for column in names %}
    {%- do mapped.update({column: []}) %}
{%- endfor %}

with

raw_rows as (

    {{ waymark.raw_rows(source) }}

),

numbered as (

    select
        *,
        row_number() over (order by source_shard, raw_row, malformed_line) as row_key
    from raw_rows

),

objects as (

    select
        row_key,
        case when {{ waymark.json_is_object('raw_row') }} then raw_row end as raw_row
    from numbered

),

pairs as (

    {{ waymark.json_each('objects', 'raw_row', ['row_key']) }}

),

-- tools and their versions write a name as they like
spelled_pairs as (

    select
        row_key,
        {{ waymark.regex_replace('lower(property_name)', '[^a-z]', '') }} as name,
        nullif(trim(property_value), '') as told
    from pairs

),

gathered as (

    select
        row_key
        {%- for column, theirs in names.items() %},
        coalesce(
            {%- for name in theirs %}
            max(case when name = '{{ name }}' then told end),
            {%- endfor %}
            cast(null as {{ dbt.type_string() }})
        ) as {{ column }}
        {%- endfor %}
    from spelled_pairs
    group by row_key

),

described as (

    select
        numbered.raw_row as raw_row,
        numbered.malformed_line as malformed_line,
        numbered.input_property as input_property,
        numbered.input_number as input_number,
        numbered.source_shard as source_shard,
        numbered.read_at as read_at
        {%- for column in names %},
        gathered.{{ column }} as {{ column }}
        {%- endfor %}
    from numbered
    left join gathered on numbered.row_key = gathered.row_key

),

mapped as (

    {{ waymark.told_rows(source, 'described', mapped) }}

),

told as (

    select
        raw_row,
        malformed_line,
        input_property,
        input_number,
        source_shard,
        read_at
        {%- for column in names %},
        coalesce(told_{{ column }}, {{ column }}) as {{ column }}
        {%- endfor %}
    from mapped

),

{%- set part = "cast({} as " ~ waymark.sql_type('double') ~ ")" %}
{%- set first = part.replace('{}', dbt.split_part('duration', "':'", 1)) %}
{%- set second = part.replace('{}', dbt.split_part('duration', "':'", 2)) %}
{%- set third = part.replace('{}', dbt.split_part('duration', "':'", 3)) %}

{{ waymark.stage_facts(
    source,
    {
        'recording_id': 'coalesce(recording_id, recording_url, ' ~ dbt.hash('raw_row') ~ ')',
        'recording_url': 'recording_url',
        'tool': "case when lower(coalesce(recording_url, raw_row)) like '%clarity%' then 'clarity'"
            ~ " when lower(coalesce(recording_url, raw_row)) like '%hotjar%' then 'hotjar' end",
        'recorded_at': "case when recorded_time is not null and recorded_on not like '%:%'"
            ~ " then recorded_on || ' ' || recorded_time else recorded_on end",
        'duration_seconds': 'case when ' ~ waymark.regex_matches('duration', '^[0-9]+:[0-9]{2}:[0-9]{2}([.][0-9]+)?$')
            ~ ' then cast(' ~ first ~ ' * 3600 + ' ~ second ~ ' * 60 + ' ~ third ~ ' as ' ~ dbt.type_string() ~ ')'
            ~ ' when ' ~ waymark.regex_matches('duration', '^[0-9]+:[0-9]{2}([.][0-9]+)?$')
            ~ ' then cast(' ~ first ~ ' * 60 + ' ~ second ~ ' as ' ~ dbt.type_string() ~ ')'
            ~ ' else duration end',
        'user_id': 'user_id',
        'anonymous_id': 'anonymous_id',
        'landing_page_path': waymark.page_path('landing_page'),
        'exit_page_path': waymark.page_path('exit_page'),
        'pages': 'pages',
        'clicks': 'clicks',
        'country': 'country',
        'device_category': 'lower(device_category)',
        'browser': 'browser',
        'operating_system': 'operating_system',
    },
    rows='told',
    fact_id='recording_id',
    types={
        'recorded_at': 'timestamp', 'duration_seconds': 'double', 'pages': 'bigint', 'clicks': 'bigint',
    },
    required=['recorded_at'],
    is_duplicate='row_number() over (partition by input_property, recording_id'
        ~ ' order by read_at desc, source_shard desc, raw_row) > 1',
) }}
