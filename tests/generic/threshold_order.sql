{% test threshold_order(model, direction='direction') %}
    {#- A comparison with a missing threshold is null and passes: one threshold is enough. -#}
    with

    thresholds as (

        select * from {{ model }}

    )

    select
        thresholds.*,
        'problem < baseline <= target where more is better, the reverse where less is.' as message
    from thresholds
    where (
        {{ direction }} = 'increase'
        and (problem >= baseline or baseline > target or problem >= target)
    )
        or (
            {{ direction }} = 'decrease'
            and (problem <= baseline or baseline < target or problem <= target)
        )
        or (
            coalesce({{ direction }}, '') not in ('increase', 'decrease')
            and coalesce(problem, baseline, target) is not null
        )
{% endtest %}
