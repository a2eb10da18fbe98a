{% macro rows_version(relations) -%}
    select cast(sum(cast(row_key as decimal(38, 0))) as {{ dbt.type_string() }}) as rows_version
    from (
        {% for relation in relations -%}
        select {{ waymark.surrogate_key(waymark.row_json('listed')) }} as row_key
        from {{ relation }} as listed
        {{ 'union all' if not loop.last }}
        {% endfor %}
    ) as row_keys
{%- endmacro %}
