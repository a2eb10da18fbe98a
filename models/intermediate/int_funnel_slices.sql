{{ config(materialized='refreshed') }}

{%- set plan = waymark.rebuild_plan(['funnel_units'], ['goals', 'funnels']) %}
{%- set config_ = waymark.load_config() %}
{%- set limits = [] %}
{%- for funnel in config_.funnels.values() %}
    {%- for breakdown in funnel.breakdowns %}
        {%- do limits.append([funnel.name, breakdown.name, breakdown.limit]) %}
    {%- endfor %}
{%- endfor %}

{{ waymark.refresh_header(plan) }}
with

funnel_units as {{ waymark.not_materialized() }}(

    select * from {{ ref('funnel_units') }}

),

limits as (

    {{ waymark.literal_rows({
        'funnel_name': 'text',
        'breakdown_name': 'text',
        'breakdown_limit': 'integer',
    }, limits) }}

),

described as (

    {% for funnel in config_.funnels.values() if funnel.breakdowns -%}
    {%- set outer_loop = loop -%}
    {%- for breakdown in funnel.breakdowns -%}
    {%- set values = [] -%}
    {%- for property in breakdown.properties -%}
        {%- do values.append(waymark.json_value('dimensions', property)) -%}
    {%- endfor -%}
    select
        funnel_name,
        unit_key,
        pass_number,
        {{ waymark.text_literal(breakdown.name) }} as breakdown_name,
        {{ values | join(" || ', ' || ") }} as breakdown_value
    from funnel_units
    where funnel_name = {{ waymark.text_literal(funnel.name) }}
    {{ 'union all' if not (loop.last and outer_loop.last) }}

    {% endfor -%}
    {%- else -%}
    {{ waymark.empty_relation({
        'funnel_name': 'text',
        'unit_key': 'bigint',
        'pass_number': 'integer',
        'breakdown_name': 'text',
        'breakdown_value': 'text',
    }) }}
    {%- endfor %}

),

value_ranks as (

    select
        funnel_name,
        breakdown_name,
        breakdown_value,
        row_number() over (
            partition by funnel_name, breakdown_name
            order by count(*) desc, breakdown_value
        ) as value_rank
    from described
    group by funnel_name, breakdown_name, breakdown_value

),

final as (

    select
        described.funnel_name as funnel_name,
        described.unit_key,
        described.pass_number,
        described.breakdown_name as breakdown_name,
        case
            when value_ranks.value_rank > limits.breakdown_limit then '(other)'
            else described.breakdown_value
        end as breakdown_value
    from described
    inner join value_ranks
        on
            described.funnel_name = value_ranks.funnel_name
            and described.breakdown_name = value_ranks.breakdown_name
            and described.breakdown_value = value_ranks.breakdown_value
    inner join limits
        on
            described.funnel_name = limits.funnel_name
            and described.breakdown_name = limits.breakdown_name

    union all

    select
        funnel_name,
        unit_key,
        pass_number,
        'all' as breakdown_name,
        'all' as breakdown_value
    from funnel_units

)

select * from final
