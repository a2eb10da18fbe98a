{% macro parse_timestamp(text) %}
    {{ return(adapter.dispatch('parse_timestamp', 'waymark')(text)) }}
{% endmacro %}

{# A cast of anything else would end the query: each part is checked before it is used. #}
{% macro postgres__parse_timestamp(text) -%}
    {%- set number = 'cast(given.value as numeric)' -%}
    {%- set part = 'cast(given.parts[{}] as integer)' -%}
    (
        select case
            when given.value ~ '^[0-9]{9,19}([.][0-9]+)?$'
                then {{ waymark.timestamp_from_us('cast(case length(split_part(given.value, \'.\', 1))
                    when 9 then round(' ~ number ~ ' * 1000000)
                    when 10 then round(' ~ number ~ ' * 1000000)
                    when 13 then round(' ~ number ~ ' * 1000)
                    when 16 then trunc(' ~ number ~ ')
                    when 19 then case when ' ~ number ~ ' <= 9223372036854775807 then trunc(' ~ number ~ ' / 1000) end
                end as bigint)') }}
            when
                given.parts is null
                or {{ part.format(1) }} < 1
                or {{ part.format(2) }} not between 1 and 12
                or {{ part.format(3) }} < 1
                or coalesce({{ part.format(4) }}, 0) > 23
                or coalesce({{ part.format(5) }}, 0) > 59
                or coalesce({{ part.format(6) }}, 0) > 59
                or (given.parts[8] is not null and given.parts[4] is null)
                then null
            when
                {{ part.format(3) }} > extract(
                    day from make_date({{ part.format(1) }}, {{ part.format(2) }}, 1)
                    + interval '1 month' - interval '1 day'
                )
                then null
            else
                make_timestamp(
                    {{ part.format(1) }},
                    {{ part.format(2) }},
                    {{ part.format(3) }},
                    coalesce({{ part.format(4) }}, 0),
                    coalesce({{ part.format(5) }}, 0),
                    coalesce(cast(given.parts[6] || coalesce(given.parts[7], '') as double precision), 0)
                )
                - make_interval(
                    hours => coalesce({{ part.format(9) }}, 0),
                    mins => coalesce(cast(left(given.parts[9], 1) || given.parts[10] as integer), 0)
                )
        end
        from (
            select
                {{ text }} as value,
                regexp_match(
                    {{ text }},
                    '^([0-9]{4})-([0-9]{1,2})-([0-9]{1,2})'
                    '(?:[ T]([0-9]{1,2}):([0-9]{2})(?::([0-9]{2})([.][0-9]{1,6})?[0-9]*)?)?'
                    '(?: ?([zZ]|UTC|([+-][0-9]{2})(?::?([0-9]{2}))?))?$'
                ) as parts
            offset 0
        ) as given
    )
{%- endmacro %}

{# ISO 8601 with or without an offset (none = UTC), or epoch s, ms, us or ns told apart by magnitude;
   anything else is null. #}
{% macro default__parse_timestamp(text) -%}
    case
        when regexp_matches({{ text }}, '^[0-9]{9,19}([.][0-9]+)?$')
            then make_timestamp(cast(
                case length(split_part({{ text }}, '.', 1))
                    when 9 then try_cast({{ text }} as double) * 1e6
                    when 10 then try_cast({{ text }} as decimal(38, 6)) * 1000000
                    when 13 then try_cast({{ text }} as decimal(38, 3)) * 1000
                    when 16 then try_cast(split_part({{ text }}, '.', 1) as bigint)
                    when 19 then try_cast(split_part({{ text }}, '.', 1) as bigint) // 1000
                end as bigint
            ))
        when regexp_matches({{ text }}, '^[0-9]{4}-.*:[0-9]{2}([.][0-9]+)? ?([zZ]|UTC|[+-][0-9]{2}(:?[0-9]{2})?)$')
            then timezone('UTC', try_cast(
                regexp_replace(
                    regexp_replace({{ text }}, ' ([+-])', '\1'), '([+-][0-9]{2}):?([0-9]{2})$', '\1:\2'
                ) as timestamptz
            ))
        when regexp_matches({{ text }}, '^[0-9]{4}-[0-9]{1,2}-[0-9]{1,2}([ T][0-9]{1,2}:[0-9]{2}(:[0-9]{2}([.][0-9]+)?)?)?$')
            then try_cast({{ text }} as timestamp)
    end
{%- endmacro %}

{# Whatever the unit, the first 16 digits are microseconds (15 before 2001). The parser takes 25:61 for
   the next day, so the form is checked before. #}
{% macro clickhouse__parse_timestamp(text) -%}
    case
        when match({{ text }}, '^([0-9]{9,10}|[0-9]{13}|[0-9]{16}|[0-9]{19})([.][0-9]+)?$')
            then fromUnixTimestamp64Micro(
                toInt64OrNull(left(
                    rightPad(replaceOne({{ text }}, '.', ''), 16, '0'),
                    if(match({{ text }}, '^[0-9]{9}([.]|$)'), 15, 16)
                )),
                'UTC'
            )
        when match(
            {{ text }},
            '^[0-9]{4}-[0-9]{1,2}-[0-9]{1,2}([ T]([01]?[0-9]|2[0-3]):[0-5][0-9](:[0-5][0-9]([.][0-9]+)?)?'
            || '( ?([zZ]|UTC|[+-][0-9]{2}(:?[0-9]{2})?))?)?$'
        )
            then parseDateTime64BestEffortOrNull({{ text }}, 6, 'UTC')
    end
{%- endmacro %}

{% macro spark__parse_timestamp(text) -%}
    case
        when {{ text }} rlike '^[0-9]{9,19}([.][0-9]+)?$'
            then timestamp_micros(cast(
                case length(split_part({{ text }}, '.', 1))
                    when 9 then try_cast({{ text }} as decimal(38, 6)) * 1000000
                    when 10 then try_cast({{ text }} as decimal(38, 6)) * 1000000
                    when 13 then try_cast({{ text }} as decimal(38, 3)) * 1000
                    when 16 then try_cast(split_part({{ text }}, '.', 1) as bigint)
                    when 19 then try_cast(split_part({{ text }}, '.', 1) as bigint) div 1000
                end as bigint
            ))
        when {{ text }} rlike '^[0-9]{4}-.*:[0-9]{2}([.][0-9]+)? ?([zZ]|UTC|[+-][0-9]{2}(:?[0-9]{2})?)$'
            then try_cast(regexp_replace(
                regexp_replace(upper({{ text }}), ' ([+-])', '$1'), '([+-][0-9]{2}):?([0-9]{2})$', '$1:$2'
            ) as timestamp)
        when {{ text }} rlike
            '^[0-9]{4}-[0-9]{1,2}-[0-9]{1,2}([ T][0-9]{1,2}:[0-9]{2}(:[0-9]{2}([.][0-9]+)?)?)?$'
            then try_cast({{ text }} as timestamp)
    end
{%- endmacro %}

{# It wants seconds, a colon in the offset, no blank before it and at most six digits of a second. #}
{% macro bigquery__parse_timestamp(text) -%}
    {%- set number = "split(" ~ text ~ ", '.')[safe_offset(0)]" -%}
    {%- set with_seconds -%}
        regexp_replace(
            regexp_replace({{ text }}, r'^([^ T]+[ T][0-9]{1,2}:[0-9]{2})([^:0-9]|$)', r'\1:00\2'),
            r'([.][0-9]{6})[0-9]+', r'\1'
        )
    {%- endset -%}
    case
        when regexp_contains({{ text }}, r'^[0-9]{9,19}([.][0-9]+)?$')
            then timestamp_micros(
                case length({{ number }})
                    when 9 then cast(safe_cast({{ text }} as float64) * 1e6 as int64)
                    when 10 then cast(safe_cast({{ text }} as numeric) * 1000000 as int64)
                    when 13 then cast(safe_cast({{ text }} as numeric) * 1000 as int64)
                    when 16 then safe_cast({{ number }} as int64)
                    when 19 then div(safe_cast({{ number }} as int64), 1000)
                end
            )
        when regexp_contains({{ text }}, r'^[0-9]{4}-.*:[0-9]{2}([.][0-9]+)? ?([zZ]|UTC|[+-][0-9]{2}(:?[0-9]{2})?)$')
            then safe_cast(
                regexp_replace(
                    regexp_replace({{ with_seconds }}, r' ?([zZ]|UTC)$', '+00:00'),
                    r' ?([+-][0-9]{2}):?([0-9]{2})?$', r'\1:\2'
                ) as timestamp
            )
        when regexp_contains({{ text }}, r'^[0-9]{4}-[0-9]{1,2}-[0-9]{1,2}([ T][0-9]{1,2}:[0-9]{2}(:[0-9]{2}([.][0-9]+)?)?)?$')
            then safe_cast({{ with_seconds }} as timestamp)
    end
{%- endmacro %}

{% macro snowflake__parse_timestamp(text) -%}
    {%- set number = "split_part(" ~ text ~ ", '.', 1)" -%}
    case
        when regexp_like({{ text }}, '[0-9]{9,19}([.][0-9]+)?')
            then to_timestamp_ntz(cast(
                case length({{ number }})
                    when 9 then try_cast({{ text }} as double) * 1e6
                    when 10 then try_cast({{ text }} as decimal(38, 6)) * 1000000
                    when 13 then try_cast({{ text }} as decimal(38, 3)) * 1000
                    when 16 then try_cast({{ number }} as bigint)
                    when 19 then {{ waymark.whole_division('try_cast(' ~ number ~ ' as bigint)', 1000) }}
                end as bigint
            ), 6)
        when regexp_like({{ text }}, '[0-9]{4}-.*:[0-9]{2}([.][0-9]+)? ?([zZ]|UTC|[+-][0-9]{2}(:?[0-9]{2})?)')
            then cast(convert_timezone('UTC', try_to_timestamp_tz(regexp_replace(
                regexp_replace({{ text }}, ' ?([zZ]|UTC)$', '+00:00'), ' ?([+-][0-9]{2}):?([0-9]{2})$', '\\1:\\2'
            ))) as timestamp_ntz)
        when regexp_like({{ text }}, '[0-9]{4}-[0-9]{1,2}-[0-9]{1,2}([ T][0-9]{1,2}:[0-9]{2}(:[0-9]{2}([.][0-9]+)?)?)?')
            then try_to_timestamp_ntz({{ text }})
    end
{%- endmacro %}
