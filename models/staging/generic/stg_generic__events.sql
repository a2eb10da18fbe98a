{%- set config_ = waymark.load_config() %}
{%- set source = waymark.source_config(config_, 'generic') %}
{#- Not `source`, which `--empty` changes: a parsed config outlives the run. Rows that were read
    under another configuration are replaced or removed. -#}
{%- set configured = config_.sources.get('generic') or {} %}
{%- set fingerprint = local_md5((configured | tojson) ~ config_.future_tolerance_seconds)[:8] %}

{{ config(
    enabled=('generic' in (waymark.get_config('sources') or {})),
    on_schema_change='fail',
    pre_hook=(
        ["{% if not flags.EMPTY %}" ~ waymark.set_json_format(configured.files) ~ "{% endif %}"]
        if configured.format == 'json' else []
    ) + ["{{ waymark.forget_reread_shards(this, 'generic', '" ~ fingerprint ~ "') }}"],
    post_hook=(
        "{% if not flags.EMPTY %}{{ waymark.delete_shards(this, \"shard_version not like '% "
        ~ fingerprint ~ "'\") }}{% endif %}"
    ),
    **waymark.shard_config()
) }}

{%- set first_day = none if source.files
    else waymark.reread_from(this, 'generic', fingerprint, config_.lookback_days) %}
{%- set columns = {} %}
{%- for column in waymark.generic_columns() %}
    {%- do columns.update({column: source.columns.get(column, column)}) %}
{%- endfor %}

with

{% if source.files -%}
changed_files as (

    {{ waymark.changed_files(source.files, fingerprint) }}

),

{% endif -%}
{% if source.format == 'json' -%}
json_rows as (

    {{ waymark.json_file_rows(source.files) }}

),

{% endif -%}
input_rows as (

    {{ waymark.generic_rows(source) }}

),

extracted as (

    select
        {% for column, theirs in columns.items() -%}
        nullif({{ waymark.json_value('raw_row', theirs) }}, '') as {{ column }},
        {% endfor -%}
        -- columns that the contract does not know are properties too
        {{ waymark.json_merge(
            'raw_row',
            waymark.text_literal(
                '{' ~ (columns.values() | list + ['waymark_file'])
                | map('tojson') | map('replace', '\\u0027', "'") | join(': null, ') ~ ': null}'
            )
        ) }} as other_columns,
        {{ waymark.json_merge(
            'raw_row',
            waymark.text_literal('{' ~ columns.loaded_at | tojson ~ ': null, "waymark_file": null}')
        ) }} as content,
        raw_row,
        filename,
        malformed_line
    from input_rows

),

timed as (

    select
        {% for column in columns if column not in ['event_at', 'loaded_at'] -%}
        extracted.{{ column }},
        {% endfor -%}
        extracted.other_columns,
        extracted.content,
        extracted.raw_row,
        extracted.malformed_line,
        extracted.event_at as event_at_text,
        {{ waymark.parse_timestamp('extracted.event_at') }} as event_at,
        {% if source.files -%}
        extracted.filename as source_shard,
        changed_files.shard_version,
        coalesce(
            {{ waymark.parse_timestamp('extracted.loaded_at') }},
            changed_files.modified_at
        ) as loaded_at
        {%- else -%}
        -- without a load time the table is one shard, read again whole
        coalesce(
            cast(cast({{ waymark.parse_timestamp('extracted.loaded_at') }} as date) as {{ dbt.type_string() }}),
            {{ waymark.text_literal(source.relation or '') }}
        ) as source_shard,
        '{{ run_started_at }} {{ fingerprint }}' as shard_version,
        coalesce(
            {{ waymark.parse_timestamp('extracted.loaded_at') }},
            {{ waymark.current_time_utc() }}
        ) as loaded_at
        {%- endif %}
    from extracted
    {% if source.files -%}
    inner join changed_files on extracted.filename = changed_files.filename
    {%- elif first_day %}
    where
        {{ waymark.parse_timestamp('extracted.loaded_at') }} is null
        or cast({{ waymark.parse_timestamp('extracted.loaded_at') }} as date) >= date '{{ first_day }}'
    {%- endif %}

),

final as (

    select

        ---------- ids
        'generic' as source_name,
        source_property,
        source_shard,
        shard_version,
        loaded_at,
        coalesce(event_id, {{ dbt.hash('coalesce(content, malformed_line)') }}) as event_id,
        nullif(trim(event_name), '') as event_name,
        event_at,
        case
            when {{ waymark.regex_full_match('source_sequence', "'[0-9]{1,20}'") }}
                then lpad(source_sequence, 20, '0')
            else source_sequence
        end as source_sequence,
        anonymous_id,
        user_id,
        session_id as native_session_id,

        ---------- page
        page_url,
        coalesce(page_path, {{ waymark.page_path('page_url') }}) as page_path,
        page_title,
        coalesce(hostname, {{ waymark.url_host('page_url') }}) as hostname,
        referrer_url,

        ---------- traffic, as collected with this event
        traffic_source,
        traffic_medium,
        campaign,
        click_id,

        ---------- device and place
        device_category,
        operating_system,
        browser,
        country,
        region,
        city,
        language,
        platform,

        ---------- money
        {{ waymark.try_cast('value', 'decimal(18, 4)') }} as value,
        currency,
        transaction_id,

        case
            when {{ waymark.json_is_object('properties') }}
                then {{ waymark.json_merge('other_columns', 'properties') }}
            else other_columns
        end as properties,
        case
            when malformed_line is not null then 'malformed json'
            when nullif(trim(event_name), '') is null then 'no event name'
            when event_at_text is null then 'no time'
            when event_at is null then 'unparseable time'
            when
                {{ waymark.seconds_between('loaded_at', 'event_at') }}
                > {{ config_.future_tolerance_seconds }}
                then 'in the future'
            when properties is not null and not {{ waymark.json_is_object('properties') }}
                then 'properties are not a json object'
            when value is not null and {{ waymark.try_cast('value', 'decimal(18, 4)') }} is null
                then 'unparseable value'
        end as reject_reason,
        coalesce(malformed_line, raw_row) as payload
    from timed

)

select
    {%- set keys = waymark.staged_keys() %}
    {% for column, key in keys.items() -%}
    {{ key }} as {{ column }},
    {% endfor -%}
    {% for column in waymark.staged_columns() if column not in keys and column != 'raw_payload' -%}
    {{ column }},
    {% endfor -%}
    case when reject_reason is not null then payload end as raw_payload
from final
