{% test object_action_order(model, column_name, allowed=none) %}
    {{ waymark._names_breaking(
        'object_action_order', model, column_name, waymark.naming_rules(allowed=allowed)
    ) }}
{% endtest %}
