{% test required_is_seen(model) %}
    select
        *,
        {{ 1 if waymark.is_doctor_run() else 0 }} as is_doctor_run
    from {{ model }}
    where is_required
        and status in ('missing', 'rejected')
{% endtest %}
