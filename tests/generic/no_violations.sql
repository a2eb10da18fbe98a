{% test no_violations(model) %}
    select * from {{ model }}
{% endtest %}
