{% macro json_merge(json, patch) %}
    {{ return(adapter.dispatch('json_merge', 'waymark')(json, patch)) }}
{% endmacro %}

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
