{% macro json_first(json) %}
    {{ return(adapter.dispatch('json_first', 'waymark')(json)) }}
{% endmacro %}

{% macro default__json_first(json) -%}
    case when json_type({{ json }}) = 'ARRAY' then json_extract_string({{ json }}, '/0') end
{%- endmacro %}

{% macro postgres__json_first(json) -%}
    (cast({{ json }} as jsonb) ->> 0)
{%- endmacro %}

{% macro clickhouse__json_first(json) -%}
    case when JSONType({{ json }}) = 'Array' then JSONExtract({{ json }}, 1, 'Nullable(String)') end
{%- endmacro %}

{% macro spark__json_first(json) -%}
    get_json_object({{ json }}, '$[0]')
{%- endmacro %}

{% macro bigquery__json_first(json) -%}
    coalesce(json_value({{ json }}, '$[0]'), json_query({{ json }}, '$[0]'))
{%- endmacro %}

{% macro snowflake__json_first(json) -%}
    case when is_array(try_parse_json({{ json }})) then to_varchar(get(try_parse_json({{ json }}), 0)) end
{%- endmacro %}
