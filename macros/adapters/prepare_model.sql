{% macro prepare_model() %}
    {#- Before each model and seed: the types that it declares, by the names that this database has. -#}
    {%- for column in model.columns.values() if execute and column.data_type -%}
        {%- do column.update(data_type=waymark.sql_type(column.data_type)) -%}
    {%- endfor -%}
    {%- set types = model.config.get('column_types') or {} -%}
    {%- for column in types if execute -%}
        {%- do types.update({column: waymark.sql_type(types[column])}) -%}
    {%- endfor -%}
    {{ return(adapter.dispatch('prepare_model', 'waymark')()) }}
{% endmacro %}

{% macro default__prepare_model() %}{% endmacro %}

{# Two runs would insert the same rows twice. The lock is given back when the session of the model ends,
   whatever ends it; `prepare_database` looks for it. #}
{% macro postgres__prepare_model() -%}
    select pg_advisory_lock(
        hashtext({{ waymark.text_literal('waymark ' ~ target.schema) }}), hashtext({{ waymark.text_literal(this) }})
    )
{%- endmacro %}
