{% macro json_merge(json, patch) %}
    {{ return(adapter.dispatch('json_merge', 'waymark')(json, patch)) }}
{% endmacro %}

{# RFC 7396: keys of the patch win, a null removes the key. #}
{% macro default__json_merge(json, patch) -%}
    cast(json_merge_patch({{ json }}, {{ patch }}) as varchar)
{%- endmacro %}
