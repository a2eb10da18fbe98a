with

{% if 'recordings' in waymark.load_config().sources -%}
recordings as (

    select * from {{ ref('stg_recordings__recordings') }}
    where reject_reason is null

),
{%- else -%}
recordings as (

    {{ waymark.empty_relation({
        'source_property': 'text',
        'recording_id': 'text',
        'recording_url': 'text',
        'tool': 'text',
        'recorded_at': 'timestamp',
        'duration_seconds': 'double',
        'user_id': 'text',
        'anonymous_id': 'text',
        'landing_page_path': 'text',
        'exit_page_path': 'text',
        'pages': 'bigint',
        'clicks': 'bigint',
        'country': 'text',
        'device_category': 'text',
        'browser': 'text',
        'operating_system': 'text',
    }) }}

),
{%- endif %}

final as (

    select
        *,
        {{ waymark.surrogate_key("coalesce(source_property, '') || '|' || recording_id") }}
            as recording_key
    from recordings

)

select
    recording_key,
    source_property,
    recording_id,
    recording_url,
    tool,
    recorded_at,
    duration_seconds,
    user_id,
    anonymous_id,
    landing_page_path,
    exit_page_path,
    pages,
    clicks,
    country,
    device_category,
    browser,
    operating_system
from final
