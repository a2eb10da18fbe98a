{% macro json_merge(json, patch) %}
    {{ return(adapter.dispatch('json_merge', 'waymark')(json, patch)) }}
{% endmacro %}

{% macro postgres__json_merge(json, patch) -%}
    cast({{ target.schema }}.waymark_json_merge(cast({{ json }} as jsonb), cast({{ patch }} as jsonb)) as text)
{%- endmacro %}

{# RFC 7396: keys of the patch win, a null removes the key. #}
{% macro default__json_merge(json, patch) -%}
    cast(json_merge_patch({{ json }}, {{ patch }}) as varchar)
{%- endmacro %}

{# Key by key: jsonMergePatch() keeps a null. Objects of both sides replace each other, and are not
   merged in their turn. #}
{% macro clickhouse__json_merge(json, patch) -%}
    if(
        {{ json }} is null or {{ patch }} is null,
        null,
        concat('{', arrayStringConcat(arrayMap(
            pair -> concat(toJSONString(pair.1), ':', pair.2),
            arrayConcat(
                arrayFilter(
                    pair -> not has(JSONExtractKeys(ifNull({{ patch }}, '')), pair.1),
                    JSONExtractKeysAndValuesRaw(ifNull({{ json }}, ''))
                ),
                arrayFilter(pair -> pair.2 != 'null', JSONExtractKeysAndValuesRaw(ifNull({{ patch }}, '')))
            )
        ), ','), '}')
    )
{%- endmacro %}

{# Keys of the patch win, nulls in it remove; objects inside objects are not merged but replaced. As a map
   of texts, values keep their digits; as a map of variants, they say which of them are texts. #}
{% macro spark__json_merge(json, patch) -%}
    {%- set merged = [] -%}
    {%- for object, is_kept in [
        (json, 'not array_contains(coalesce(json_object_keys(' ~ patch ~ '), array()), one.name)'),
        (patch, 'one.value is not null'),
    ] -%}
        {%- set members -%}
            filter(zip_with(
                coalesce(map_entries(from_json({{ object }}, 'map<string, string>')), array()),
                coalesce(map_entries(from_json({{ object }}, 'map<string, variant>')), array()),
                (text, typed) -> struct(text.key as name, text.value as value, to_json(typed.value) as typed)
            ), one -> {{ is_kept }})
        {%- endset -%}
        {%- do merged.append(members) -%}
    {%- endfor -%}
    case
        when {{ json }} is not null and {{ patch }} is not null
            then concat('{', array_join(transform(concat({{ merged | join(', ') }}), one -> concat(
                regexp_extract(to_json(array(one.name)), '^.(.*).$', 1),
                ':',
                case
                    when one.value is null then 'null'
                    when left(one.typed, 1) <> '"' then one.value
                    else regexp_extract(to_json(array(one.value)), '^.(.*).$', 1)
                end
            )), ','), '}')
    end
{%- endmacro %}

{# No function merges. The member of a missing key is null, that of a null is a JSON null. #}
{% macro bigquery__json_merge(json, patch) -%}
    {%- set base = waymark._bigquery_parsed(json) -%}
    {%- set changes = waymark._bigquery_parsed(patch) -%}
    (
        select to_json_string(json_object(
            coalesce(array_agg(merged.key), []), coalesce(array_agg(merged.value), [])
        ))
        from (
            select
                base_key as key,
                {{ base }}[base_key] as value
            from unnest({{ waymark._bigquery_keys(base) }}) as base_key
            where {{ changes }}[base_key] is null
            union all
            select
                new_key as key,
                {{ changes }}[new_key] as value
            from unnest({{ waymark._bigquery_keys(changes) }}) as new_key
            where json_type({{ changes }}[new_key]) <> 'null'
        ) as merged
    )
{%- endmacro %}

{# The last of two equal keys wins ('d'). #}
{% macro snowflake__json_merge(json, patch) -%}
    (
        select to_json(coalesce(object_agg(merged.key, merged.value), object_construct()))
        from table(flatten(input => try_parse_json(
            '[' || {{ json }} || ',' || {{ patch }} || ']'
        ))) as parts, lateral flatten(input => parts.value) as merged
        where
            (parts.index = 1 and not is_null_value(merged.value))
            or (
                parts.index = 0
                and not array_contains(to_variant(merged.key), object_keys(try_parse_json({{ patch }})))
            )
    )
{%- endmacro %}
