{% test lower_snake_case(model, column_name) %}
    {{ waymark._names_breaking(
        'lower_snake_case', model, column_name, waymark.naming_rules()
    ) }}
{% endtest %}
