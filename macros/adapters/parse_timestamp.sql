{% macro parse_timestamp(text) %}
    {{ return(adapter.dispatch('parse_timestamp', 'waymark')(text)) }}
{% endmacro %}

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
                regexp_replace({{ text }}, '([+-][0-9]{2}):?([0-9]{2})$', '\1:\2') as timestamptz
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
            || '( ?([zZ]|UTC)|[+-][0-9]{2}(:?[0-9]{2})?)?)?$'
        )
            then parseDateTime64BestEffortOrNull({{ text }}, 6, 'UTC')
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
            then try_cast(regexp_replace(upper({{ text }}), '([+-][0-9]{2}):?([0-9]{2})$', '$1:$2') as timestamp)
        when {{ text }} rlike
            '^[0-9]{4}-[0-9]{1,2}-[0-9]{1,2}([ T][0-9]{1,2}:[0-9]{2}(:[0-9]{2}([.][0-9]+)?)?)?$'
            then try_cast({{ text }} as timestamp)
    end
{%- endmacro %}
