{% test no_hyphens_or_spaces(model, column_name) %}
    {{ waymark._names_breaking(
        'no_hyphens_or_spaces', model, column_name, waymark.naming_rules()
    ) }}
{% endtest %}
