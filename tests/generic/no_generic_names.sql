{% test no_generic_names(model, column_name, words=none) %}
    {{ waymark._names_breaking(
        'no_generic_names', model, column_name, waymark.naming_rules(words=words)
    ) }}
{% endtest %}
