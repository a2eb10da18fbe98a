{% macro stage_events(source, columns, rows='raw_rows', named=[], strict_value=false, local_epochs=false, reject_reasons={}) -%}
    {#- The last steps of every staging model: type what the model has named, say what cannot be accepted. -#}
    {%- set contract = waymark.staged_columns() -%}
    {%- set columns = dict(columns) -%}
    {%- for column in named if column in contract and column not in columns -%}
        {%- do columns.update({column: column}) -%}
    {%- endfor -%}
    {%- set keys = waymark.staged_keys() -%}
    {%- set text = dbt.type_string() -%}
    {%- set plain = [] -%}
    {%- for column, type in contract.items() if type == 'text' and column not in [
        'source_name', 'source_property', 'source_shard', 'shard_version', 'event_id', 'event_name', 'source_sequence',
        'page_path', 'hostname', 'properties', 'reject_reason', 'raw_payload', 'identity_scope',
    ] -%}
        {%- do plain.append(column) -%}
    {%- endfor -%}
    {%- set given_scopes = {} -%}
    {%- for input in source.inputs -%}
        {%- if input.identity_scope -%}{%- do given_scopes.update({loop.index0: input.identity_scope}) -%}{%- endif -%}
    {%- endfor -%}
    {%- set told_scope = "coalesce(identity_scope, 'person')" if 'identity_scope' in columns else "'person'" -%}
    {%- set first_day = waymark.reread_from(this, source) -%}
    {%- set needs_day = not source.reads_files -%}
    {%- set told_loaded_at = waymark.parse_timestamp('loaded_at_text') if 'loaded_at' in columns else 'read_at' -%}
extracted as (

    select
        input_number,
        input_property,
        source_shard,
        shard_version,
        read_at,
        raw_row,
        malformed_line,
        {%- for column, expression in columns.items() %}
        {%- set name = {'event_at': 'event_at_text', 'loaded_at': 'loaded_at_text', 'value': 'value_text'}.get(column, column) %}
        {{ expression if column == 'properties' else "nullif(" ~ expression ~ ", '')" }} as {{ name }}
        {{- ',' if not loop.last }}
        {%- endfor %}
    from {{ rows }}

),

timed as (

    select
        extracted.*,
        {{ waymark.parse_timestamp('event_at_text') }} as parsed_event_at,
        {{ 'coalesce(' ~ told_loaded_at ~ ', read_at)' if 'loaded_at' in columns else 'read_at' }} as loaded_at
        {%- if not source.reads_files %},
        {{ 'cast(cast(' ~ told_loaded_at ~ ' as date) as ' ~ text ~ ')' if 'loaded_at' in columns else 'cast(null as ' ~ text ~ ')' }}
            as loaded_day
        {%- endif %}
    from extracted

),

zoned as (

    select
        timed.*,
        {{ waymark.source_time(source, 'event_at_text', 'parsed_event_at', local_epochs) }} as event_at
    from timed
    {%- if needs_day and first_day and 'loaded_at' in columns %}
    where loaded_day is null or loaded_day >= '{{ first_day }}'
    {%- endif %}

),

final as (

    select
        '{{ source.name }}' as source_name,
        {{ 'coalesce(input_property, source_property)' if 'source_property' in columns
            else 'input_property' }} as source_property,
        {{ 'coalesce(loaded_day, source_shard)' if needs_day else 'source_shard' }} as source_shard,
        shard_version,
        loaded_at,
        coalesce(
            {%- if 'event_id' in columns %}
            event_id,
            {%- endif %}
            {{ dbt.hash('coalesce(raw_row, malformed_line)') }}
        ) as event_id,
        nullif(trim(event_name), '') as event_name,
        event_at,
        {%- if 'source_sequence' in columns %}
        case
            when {{ waymark.regex_full_match('source_sequence', "'[0-9]{1,20}'") }}
                then lpad(source_sequence, 20, '0')
            else source_sequence
        end
        {%- else %}
        cast(null as {{ text }})
        {%- endif %} as source_sequence,
        {%- for column in plain %}
        {{ column if column in columns else 'cast(null as ' ~ text ~ ')' }}
        {{- ' as ' ~ column if column not in columns }},
        {%- endfor %}
        {% set page_url = 'page_url' if 'page_url' in columns else 'cast(null as ' ~ text ~ ')' -%}
        {{ 'coalesce(page_path, ' ~ waymark.page_path(page_url) ~ ')' if 'page_path' in columns
            else waymark.page_path(page_url) }} as page_path,
        {{ 'coalesce(hostname, ' ~ waymark.url_host(page_url) ~ ')' if 'hostname' in columns
            else waymark.url_host(page_url) }} as hostname,
        {% if given_scopes -%}
        case input_number
            {%- for number, scope in given_scopes.items() %}
            when {{ number }} then '{{ scope }}'
            {%- endfor %}
            else {{ told_scope }}
        end
        {%- else -%}
        {{ told_scope }}
        {%- endif %} as identity_scope,
        {%- if 'value' in columns %}
        {{ waymark.try_cast('value_text', 'decimal(18, 4)') }} as value,
        {%- else %}
        cast(null as decimal(18, 4)) as value,
        {%- endif %}
        {{ 'properties' if 'properties' in columns else 'cast(null as ' ~ text ~ ')' }} as properties,
        case
            when malformed_line is not null then 'malformed json'
            when nullif(trim(event_name), '') is null then 'no event name'
            when event_at_text is null then 'no time'
            when event_at is null then 'unparseable time'
            when
                {{ waymark.seconds_between('loaded_at', 'event_at') }}
                > {{ source.future_tolerance_seconds }}
                then 'in the future'
            {%- for reason, condition in reject_reasons.items() %}
            when {{ condition }} then '{{ reason }}'
            {%- endfor %}
            {%- if 'value' in columns and strict_value %}
            when value_text is not null and {{ waymark.try_cast('value_text', 'decimal(18, 4)') }} is null
                then 'unparseable value'
            {%- endif %}
        end as reject_reason,
        coalesce(malformed_line, raw_row) as payload
    from zoned

)

select
    {% for column, key in keys.items() -%}
    {{ key }} as {{ column }},
    {% endfor -%}
    {% for column in contract if column not in keys and column != 'raw_payload' -%}
    {{ column }},
    {% endfor -%}
    case when reject_reason is not null then payload end as raw_payload
from final
{%- endmacro %}
