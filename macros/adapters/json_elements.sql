{% macro json_elements(relation, json_column, key_columns) %}
    {{ return(adapter.dispatch('json_elements', 'waymark')(relation, json_column, key_columns)) }}
{% endmacro %}

{% macro postgres__json_elements(relation, json_column, key_columns) -%}
    {%- set parsed = 'cast(source_rows.' ~ json_column ~ ' as jsonb)' -%}
    select
        {%- for column in key_columns %}
        source_rows.{{ column }},
        {%- endfor %}
        cast(elements.element_number as bigint) as element_number,
        cast(elements.element as text) as element
    from {{ relation }} as source_rows
    cross join lateral jsonb_array_elements(
        case when jsonb_typeof({{ parsed }}) = 'array' then {{ parsed }} else cast('[]' as jsonb) end
    ) with ordinality as elements (element, element_number)
{%- endmacro %}

{# Both lists are as long as the array, so unnest pairs them. #}
{% macro default__json_elements(relation, json_column, key_columns) -%}
    select
        {%- for column in key_columns %}
        {{ column }},
        {%- endfor %}
        unnest(generate_series(1, cast(json_array_length({{ json_column }}) as bigint))) as element_number,
        cast(unnest(json_extract({{ json_column }}, '$[*]')) as varchar) as element
    from {{ relation }}
{%- endmacro %}

{% macro clickhouse__json_elements(relation, json_column, key_columns) -%}
    select
        {%- for column in key_columns %}
        {{ column }},
        {%- endfor %}
        toInt64(numbered.1) as element_number,
        toNullable(numbered.2) as element
    from {{ relation }}
    array join arrayZip(
        arrayEnumerate(JSONExtractArrayRaw(ifNull({{ json_column }}, ''))),
        JSONExtractArrayRaw(ifNull({{ json_column }}, ''))
    ) as numbered
{%- endmacro %}

{% macro spark__json_elements(relation, json_column, key_columns) -%}
    select
        {%- for column in key_columns %}
        {{ column }},
        {%- endfor %}
        cast(place + 1 as bigint) as element_number,
        element
    from {{ relation }}
    lateral view posexplode(from_json({{ json_column }}, 'array<string>')) elements as place, element
{%- endmacro %}

{% macro bigquery__json_elements(relation, json_column, key_columns) -%}
    select
        {%- for column in key_columns %}
        {{ column }},
        {%- endfor %}
        place + 1 as element_number,
        element
    from {{ relation }}
    cross join unnest(json_query_array({{ json_column }})) as element with offset as place
{%- endmacro %}

{% macro snowflake__json_elements(relation, json_column, key_columns) -%}
    select
        {%- for column in key_columns %}
        arrays.{{ column }},
        {%- endfor %}
        elements.index + 1 as element_number,
        to_json(elements.value) as element
    from
        {{ relation }} as arrays,
        lateral flatten(input => try_parse_json(arrays.{{ json_column }}), mode => 'ARRAY') as elements
{%- endmacro %}
