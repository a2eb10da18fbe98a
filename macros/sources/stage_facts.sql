{% macro stage_facts(source, columns, rows, fact_id, types={}, required=[], reject_reasons={}, is_duplicate=none, carried=[]) -%}
    {#- The last steps of a staging model whose rows are no events. No sum may be silently too small: a
        number or time that cannot be read rejects its row. -#}
    {%- set text = dbt.type_string() -%}
named as (

    select
        input_number,
        input_property,
        source_shard,
        read_at,
        raw_row,
        malformed_line,
        {%- for column in carried %}
        {{ column }},
        {%- endfor %}
        {%- for column, expression in columns.items() %}
        nullif(trim({{ expression }}), '') as {{ column }}{{ '_text' if types.get(column) }}{{ ',' if not loop.last }}
        {%- endfor %}
    from {{ rows }}

),

parsed as (

    select
        named.*
        {%- for column, type in types.items() %},
        {%- set told = column ~ '_text' %}
        {% if type == 'timestamp' -%}
        {{ waymark.source_time(source, told, waymark.parse_timestamp(told)) }}
        {%- elif type == 'date' -%}
        cast({{ waymark.parse_timestamp(waymark.regex_replace(told, '^([0-9]{4})([0-9]{2})([0-9]{2})$', '\\1-\\2-\\3')) }} as date)
        {%- elif type == 'boolean' -%}
        case
            when lower({{ told }}) in ('true', 't', 'yes', '1') then true
            when lower({{ told }}) in ('false', 'f', 'no', '0') then false
        end
        {%- else -%}
        {{ waymark.try_cast(waymark.number_text(told), type) }}
        {%- endif %} as {{ column }}
        {%- endfor %}
    from named

),

checked as (

    select
        parsed.*,
        case
            when malformed_line is not null then 'malformed json'
            {%- for reason, condition in reject_reasons.items() %}
            when {{ condition }} then '{{ reason }}'
            {%- endfor %}
            {%- for column in required %}
            when {{ column }}{{ '_text' if types.get(column) }} is null then 'no {{ column | replace('_', ' ') }}'
            {%- endfor %}
            {%- for column in types %}
            when {{ column }}_text is not null and {{ column }} is null
                then 'unparseable {{ column | replace('_', ' ') }}'
            {%- endfor %}
        end as reject_reason
    from parsed

),

settled as (

    select
        checked.*,
        {% if is_duplicate -%}
        case when {{ is_duplicate }} then 'duplicate of ' || {{ fact_id }} end
        {%- else -%}
        cast(null as {{ text }})
        {%- endif %} as duplicate_of
    from checked
    where reject_reason is null

    union all

    select
        checked.*,
        cast(null as {{ text }}) as duplicate_of
    from checked
    where reject_reason is not null

)

select
    '{{ source.name }}' as source_name,
    input_property as source_property,
    source_shard,
    read_at as loaded_at,
    {%- for column in columns %}
    {{ column }},
    {%- endfor %}
    coalesce(reject_reason, duplicate_of) as reject_reason,
    case when coalesce(reject_reason, duplicate_of) is not null then coalesce(malformed_line, raw_row) end
        as raw_payload
from settled
{%- endmacro %}
