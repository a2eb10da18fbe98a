{% macro funnel_unit_days(funnel, completions, events, timezone) %}
    {%- set source = waymark._funnel_source(funnel, completions, events) -%}
    {%- set no_text = 'cast(null as ' ~ dbt.type_string() ~ ')' -%}
    {%- set dimensions = [] -%}
    {%- for property in funnel.properties -%}
        {%- do dimensions.append([property, 'described.value_' ~ loop.index]) -%}
    {%- endfor -%}

    {{ waymark._funnel_results(funnel, source, timezone, true) }},

    {{ waymark._funnel_dimensions(funnel, source) }}

    {%- if source.unit_id %},

    unit_ids as (

        select
            {{ source.unit_key }} as unit_key,
            min({{ source.unit_id }}) as unit_id
        from {{ source.completions }}
        where {{ source.goal_match.values() | join(' or ') }}
        group by 1

    )
    {%- endif %}

    {%- if funnel.entry == 'any_step' %},

    described_days as (

        select
            days.*
            {%- for property in funnel.properties %},
            described.value_{{ loop.index }}
            {%- endfor %}
        from days
        inner join described on days.unit_key = described.unit_key

    )
    {%- endif %}

    select
        {{ waymark.text_literal(funnel.name) }} as funnel_name,
        described.unit_key as unit_key,
        {{ 'unit_ids.unit_id' if source.unit_id else no_text }} as unit_id,
        cast(described.pass_number as {{ waymark.sql_type('integer') }}) as pass_number,
        described.entry_date,
        {{ waymark.timestamp_from_us(waymark.order_to_us('described.entered_order')) }} as entered_at,
        cast(described.depth as {{ waymark.sql_type('integer') }}) as depth,
        {{ waymark.timestamp_from_us(waymark.order_to_us('described.deepest_order')) }} as deepest_at,
        described.deepest_order,
        described.is_excluded,
        described.is_completed,
        {{ 'described.held_value' if funnel.hold_constant else no_text }} as held_value,
        {{ waymark.json_object(dimensions) if dimensions else no_text }} as dimensions
        {%- for step in range(1, 21) %},
        {% if step <= funnel.steps | length -%}
        {{ waymark.timestamp_from_us(waymark.order_to_us('described.step_' ~ step ~ '_order')) }}
        {%- else -%}
        cast(null as {{ waymark.sql_type('timestamp') }})
        {%- endif %} as step_{{ step }}_at
        {%- endfor %}
    from described{{ '_days as described' if funnel.entry == 'any_step' }}
    {%- if source.unit_id %}
    left join unit_ids on described.unit_key = unit_ids.unit_key
    {%- endif %}
{% endmacro %}
