{% macro _funnel_dimensions(funnel, source) %}
    {#- CTEs, the last one `described`: the results with `value_i`, the i-th breakdown property of each. -#}
    {%- set keys = waymark._funnel_keys(funnel) -%}
    {%- set by = funnel.breakdown_by -%}
    {%- set touch = 'min_by' if by == 'first_touch' else 'max_by' if by == 'last_touch' else none -%}
    {%- set matches = source.goal_match.values() | join(' or ') -%}
    {%- set anchors = [] -%}
    {%- if by == 'entry_step' and funnel.properties -%}
        {%- set loose = funnel.order == 'any' or funnel.entry == 'any_step' -%}
        {%- do anchors.append({
            'name': 'entry', 'order': 'entered_order',
            'match': matches if loose else source.goal_match[funnel.steps[0].goal.id],
        }) -%}
    {%- elif funnel.properties and not touch -%}
        {%- for step in funnel.steps if by == 'all_events' or by.step == step.number -%}
            {%- do anchors.append({
                'name': 'step_' ~ step.number, 'order': 'step_' ~ step.number ~ '_order',
                'match': matches if funnel.order == 'any' else source.goal_match[step.goal.id],
            }) -%}
        {%- endfor -%}
    {%- endif -%}

    {%- if touch %}
    touches as (

        select
            {{ source.unit_key }} as unit_key
            {%- for property in funnel.properties %},
            {{ waymark[touch](
                source.property[property],
                [source.event_order, source.event_id or source.property[property]]
            ) }} as value_{{ loop.index }}
            {%- endfor %}
        from {{ source.completions }}
        where {{ matches }}
        group by 1

    ),
    {%- endif %}

    {% for anchor in anchors -%}
    at_{{ anchor.name }} as (

        select
            {{ source.unit_key }} as at_unit_key,
            {%- if source.held_value %}
            {{ source.held_value }} as at_held_value,
            {%- endif %}
            {{ source.event_order }} as event_order
            {%- for property in funnel.properties %},
            nullif({{ waymark.min_by(
                'coalesce(' ~ source.property[property] ~ ", '')", [source.event_id or source.property[property]]
            ) }}, '') as value_{{ loop.index }}
            {%- endfor %}
        from {{ source.completions }}
        inner join (select distinct {{ keys | join(', ') }}, {{ anchor.order }} from results) as anchors
            on
                {{ source.unit_key }} = anchors.unit_key
                {%- if source.held_value %}
                and {{ source.held_value }} = anchors.held_value
                {%- endif %}
                and {{ source.event_order }} = anchors.{{ anchor.order }}
        where {{ anchor.match }}
        group by {{ range(1, keys | length + 2) | join(', ') }}

    ),
    {% endfor %}

    described as (

        select
            results.*
            {%- for property in funnel.properties %},
            {%- set value = 'value_' ~ loop.index -%}
            {%- if touch %}
            coalesce(touches.{{ value }}, '(not set)') as {{ value }}
            {%- elif by == 'entry_step' %}
            coalesce(at_entry.{{ value }}, '(not set)') as {{ value }}
            {%- elif by == 'all_events' %}
            {%- set values = [] -%}
            {%- for anchor in anchors -%}
                {%- do values.append(
                    'case when results.' ~ anchor.order ~ ' is not null then coalesce(at_' ~ anchor.name ~ '.' ~ value
                    ~ ", '(not set)') end"
                ) -%}
            {%- endfor -%}
            {%- set first = 'coalesce(' ~ (values | join(', ')) ~ ')' if values | length > 1 else values[0] %}
            case
                when
                    true
                    {%- for other in values[1:] %}
                    and coalesce({{ other }}, {{ first }}) = {{ first }}
                    {%- endfor %}
                    then {{ first }}
                else '(mixed)'
            end as {{ value }}
            {%- else %}
            case
                when results.{{ anchors[0].order }} is null then '(not reached)'
                else coalesce(at_{{ anchors[0].name }}.{{ value }}, '(not set)')
            end as {{ value }}
            {%- endif %}
            {%- endfor %}
        from results
        {%- if touch %}
        left join touches on results.unit_key = touches.unit_key
        {%- endif %}
        {%- for anchor in anchors %}
        left join at_{{ anchor.name }}
            on
                {{ waymark._equal_keys(keys, 'results', 'at_' ~ anchor.name, 'at_') }}
                and results.{{ anchor.order }} = at_{{ anchor.name }}.event_order
        {%- endfor %}

    )
{%- endmacro %}
