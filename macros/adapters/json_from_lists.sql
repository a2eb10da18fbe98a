{% macro json_from_lists(names, values) %}
    {{ return(adapter.dispatch('json_from_lists', 'waymark')(names, values)) }}
{% endmacro %}

{% macro postgres__json_from_lists(names, values) -%}
    (
        select '{' || coalesce(string_agg(
            cast(to_json(names.value) as text) || ':'
            || coalesce(cast(to_json(cast({{ values }} as jsonb) ->> cast(names.place - 1 as integer)) as text), 'null'),
            ',' order by names.place
        ), '') || '}'
        from jsonb_array_elements_text(cast({{ names }} as jsonb)) with ordinality as names (value, place)
    )
{%- endmacro %}

{# Written member by member: a map would refuse a name that comes twice, and lists of two lengths. #}
{% macro default__json_from_lists(names, values) -%}
    '{' || array_to_string(list_transform(
        list_zip(json_extract_string({{ names }}, '$[*]'), json_extract_string({{ values }}, '$[*]')),
        lambda pair: cast(to_json(pair[1]) as varchar) || ':' || coalesce(cast(to_json(pair[2]) as varchar), 'null')
    ), ',') || '}'
{%- endmacro %}

{% macro clickhouse__json_from_lists(names, values) -%}
    toNullable(concat('{', arrayStringConcat(arrayMap(
        (name, place) -> concat(
            toJSONString(name),
            ':',
            toJSONString(JSONExtract(ifNull({{ values }}, '[]'), 'Array(Nullable(String))')[place])
        ),
        JSONExtract(ifNull({{ names }}, '[]'), 'Array(String)'),
        arrayEnumerate(JSONExtract(ifNull({{ names }}, '[]'), 'Array(String)'))
    ), ','), '}'))
{%- endmacro %}

{% macro spark__json_from_lists(names, values) -%}
    {%- set quoted = "regexp_extract(to_json(array({})), '^.(.*).$', 1)" -%}
    concat('{', array_join(transform(
        from_json({{ names }}, 'array<string>'),
        (name, place) -> concat(
            {{ quoted.format('name') }},
            ':',
            {{ quoted.format('get(from_json(' ~ values ~ ", 'array<string>'), place)") }}
        )
    ), ','), '}')
{%- endmacro %}

{% macro bigquery__json_from_lists(names, values) -%}
    (
        select concat('{', coalesce(string_agg(
            concat(to_json_string(name), ':', to_json_string(json_value_array({{ values }})[safe_offset(place)])),
            ',' order by place
        ), ''), '}')
        from unnest(json_value_array({{ names }})) as name with offset as place
    )
{%- endmacro %}

{% macro snowflake__json_from_lists(names, values) -%}
    (
        select to_json(coalesce(
            object_agg(to_varchar(names.value), get(try_parse_json({{ values }}), names.index)), object_construct()
        ))
        from table(flatten(input => try_parse_json({{ names }}))) as names
    )
{%- endmacro %}
