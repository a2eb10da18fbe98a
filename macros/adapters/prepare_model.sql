{% macro prepare_model() %}
    {#- Before each model and seed: the types that it declares, by the names that this database has. -#}
    {%- for column in model.columns.values() if execute and column.data_type -%}
        {%- do column.update(data_type=waymark.sql_type(column.data_type)) -%}
    {%- endfor -%}
    {%- set types = model.config.get('column_types') or {} -%}
    {%- for column in types if execute -%}
        {%- do types.update({column: waymark.sql_type(types[column])}) -%}
    {%- endfor -%}
{% endmacro %}
