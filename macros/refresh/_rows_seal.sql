{% macro _rows_seal(name, relation) -%}
    {%- set columns = {
        'source_loads': ['revision'],
        'visitor_changes': ['visitor_key', 'changed_from', 'revision'],
    }[name] -%}
    select
        cast(count(*) as {{ dbt.type_string() }})
        {%- for column in columns %}
        || ' ' || coalesce(cast(sum(mod({{ column }}, 1000000007)) as {{ dbt.type_string() }}), '')
        {%- endfor %}
    from {{ relation }}
{%- endmacro %}
