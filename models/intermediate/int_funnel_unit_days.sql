{%- set config_ = waymark.load_config() %}
{%- set columns = {
    'funnel_name': 'text',
    'visitor_key': 'bigint',
    'entry_date': 'date',
    'entered_at': 'timestamp',
    'depth': 'integer',
    'deepest_at': 'timestamp',
    'entry_goal_id': 'bigint',
    'entry_order': 'bigint',
    'window_seconds': 'bigint',
} %}
{%- for step in range(1, 21) %}
    {%- do columns.update({'step_' ~ step ~ '_at': 'timestamp'}) %}
{%- endfor %}

with

goal_completions as (

    select * from {{ ref('goal_completions') }}

),

data_end as (

    select max(event_at) as last_event_at
    from {{ ref('events') }}

),

{% for funnel in config_.funnels.values() -%}
{%- set entry_filter %}
    {%- if funnel.date_from %}completed_at >= {{ waymark.to_utc(
        "cast('" ~ funnel.date_from ~ "' as timestamp)", config_.timezone
    ) }}{% endif %}
    {%- if funnel.date_from and funnel.date_to %} and {% endif %}
    {%- if funnel.date_to %}
    {%- set has_time = funnel.date_to | string | length > 10 -%}
    completed_at {{ '<=' if has_time else '<' }} {{ waymark.to_utc(
        "(cast('" ~ funnel.date_to ~ "' as timestamp)"
        ~ ("" if has_time else " + interval '1 day'") ~ ")", config_.timezone
    ) }}{% endif %}
    {%- if not funnel.date_from and not funnel.date_to %}true{% endif %}
{%- endset %}
attempts_{{ loop.index }} as (

    {{ waymark.funnel_attempts(
        'goal_completions',
        funnel.steps | map(attribute='goal') | list,
        funnel.window_seconds,
        funnel.ties,
        entry_filter
    ) }}

),

dated_{{ loop.index }} as (

    select
        *,
        {{ waymark.period_start(
            waymark.to_local_time(
                waymark.timestamp_from_us(waymark.order_to_us('step_1_order')), config_.timezone
            ),
            'day'
        ) }} as entry_date
    from attempts_{{ loop.index }}

),

-- the deepest attempt of the day; among equals the first to get there, from its latest entry
best_{{ loop.index }} as (

    select *
    from (
        select
            *,
            row_number() over (
                partition by visitor_key, entry_date
                order by depth desc, deepest_order asc, step_1_order desc
            ) as attempt_rank
        from dated_{{ loop.index }}
    ) as ranked
    where attempt_rank = 1

),

{% endfor -%}
unit_days as (

    {% for funnel in config_.funnels.values() -%}
    select
        {{ waymark.text_literal(funnel.name) }} as funnel_name,
        {{ funnel.steps[0].goal.id }} as entry_goal_id,
        {{ funnel.window_seconds }} as window_seconds,
        visitor_key,
        entry_date,
        step_1_order as entry_order,
        depth,
        {{ waymark.timestamp_from_us(waymark.order_to_us('deepest_order')) }} as deepest_at,
        {% for step in range(1, 21) -%}
        {% if step <= funnel.steps | length -%}
        {{ waymark.timestamp_from_us(waymark.order_to_us('step_' ~ step ~ '_order')) }}
        {%- else -%}
        cast(null as timestamp)
        {%- endif %} as step_{{ step }}_at{{ ',' if not loop.last }}
        {% endfor -%}
    from best_{{ loop.index }}
    {{ 'union all' if not loop.last }}

    {% else -%}
    {{ waymark.empty_relation(columns) }}

    {% endfor %}
),

entry_dimensions as (

    select
        goal_id,
        visitor_key,
        event_order,
        {{ waymark.min_by('dimensions', ['event_id']) }} as dimensions
    from goal_completions
    where dimensions is not null
    group by goal_id, visitor_key, event_order

),

final as (

    select
        unit_days.funnel_name,
        unit_days.visitor_key,
        unit_days.entry_date,
        unit_days.step_1_at as entered_at,
        unit_days.depth,
        unit_days.deepest_at,
        {{ waymark.add_seconds('unit_days.step_1_at', 'unit_days.window_seconds') }}
        > data_end.last_event_at as is_immature,
        entry_dimensions.dimensions,
        {% for step in range(1, 21) -%}
        unit_days.step_{{ step }}_at{{ ',' if not loop.last }}
        {% endfor -%}
    from unit_days
    cross join data_end
    left join entry_dimensions
        on
            unit_days.entry_goal_id = entry_dimensions.goal_id
            and unit_days.visitor_key = entry_dimensions.visitor_key
            and unit_days.entry_order = entry_dimensions.event_order

)

select * from final
