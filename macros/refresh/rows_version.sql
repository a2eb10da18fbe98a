{% macro rows_version(relations) -%}
    select cast(sum(mod(row_key, 1000000007)) as {{ dbt.type_string() }}) as rows_version
    from (
        {% for relation in relations -%}
        select {{ waymark.surrogate_key(waymark.row_json('listed')) }} as row_key
        from {{ relation }} as listed
        {{ 'union all' if not loop.last }}
        {% endfor %}
    ) as row_keys
{%- endmacro %}
