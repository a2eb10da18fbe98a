{% macro json_each(relation, json_column, key_columns) %}
    {{ return(adapter.dispatch('json_each', 'waymark')(relation, json_column, key_columns)) }}
{% endmacro %}

{% macro postgres__json_each(relation, json_column, key_columns) -%}
    select
        {%- for column in key_columns %}
        source_rows.{{ column }},
        {%- endfor %}
        pairs.property_name,
        pairs.property_value
    from {{ relation }} as source_rows
    cross join lateral
        jsonb_each_text(cast(source_rows.{{ json_column }} as jsonb)) as pairs (property_name, property_value)
{%- endmacro %}

{# Both lists follow the order of the object, so unnest pairs them. Four times as fast as joining
   json_each(), and unlike a cast to a map it takes any key, even twice. #}
{% macro default__json_each(relation, json_column, key_columns) -%}
    select
        {%- for column in key_columns %}
        {{ column }},
        {%- endfor %}
        unnest(json_keys({{ json_column }})) as property_name,
        unnest(json_extract_string({{ json_column }}, '$.*')) as property_value
    from {{ relation }}
{%- endmacro %}

{% macro clickhouse__json_each(relation, json_column, key_columns) -%}
    select
        {%- for column in key_columns %}
        {{ column }},
        {%- endfor %}
        pair.1 as property_name,
        pair.2 as property_value
    from {{ relation }}
    array join JSONExtractKeysAndValues(ifNull({{ json_column }}, ''), 'Nullable(String)') as pair
{%- endmacro %}

{% macro spark__json_each(relation, json_column, key_columns) -%}
    select
        {%- for column in key_columns %}
        {{ column }},
        {%- endfor %}
        explode(from_json({{ json_column }}, 'map<string, string>')) as (property_name, property_value)
    from {{ relation }}
{%- endmacro %}

{# json_keys() quotes a key that has more than letters in it. #}
{% macro bigquery__json_each(relation, json_column, key_columns) -%}
    select
        {%- for column in key_columns %}
        {{ column }},
        {%- endfor %}
        property_name,
        case
            when json_type(parsed[property_name]) in ('object', 'array') then to_json_string(parsed[property_name])
            else json_value(parsed[property_name])
        end as property_value
    from (
        select
            {%- for column in key_columns %}
            {{ column }},
            {%- endfor %}
            {{ waymark._bigquery_parsed(json_column) }} as parsed
        from {{ relation }}
    ) as objects
    cross join unnest({{ waymark._bigquery_keys('parsed') }}) as property_name
{%- endmacro %}

{% macro snowflake__json_each(relation, json_column, key_columns) -%}
    select
        {%- for column in key_columns %}
        objects.{{ column }},
        {%- endfor %}
        properties.key as property_name,
        to_varchar(properties.value) as property_value
    from
        {{ relation }} as objects,
        lateral flatten(input => try_parse_json(objects.{{ json_column }}), mode => 'OBJECT') as properties
{%- endmacro %}
