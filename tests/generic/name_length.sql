{% test name_length(model, column_name, min_length=3, max_length=40) %}
    {{ waymark._names_breaking(
        'name_length', model, column_name,
        waymark.naming_rules(min_length=min_length, max_length=max_length)
    ) }}
{% endtest %}
