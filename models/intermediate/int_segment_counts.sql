{{ config(materialized='refreshed') }}

{%- set config_ = waymark.load_config() %}
{%- set horizon = config_.evidence_horizon_seconds %}
{%- set plan = waymark.rebuild_plan(
    ['int_visitor_goals', 'visitors', 'events', 'goal_completions'],
    ['goals', 'evidence_horizon', 'segment_properties']
) %}
{%- set dimensions = {
    'device_category': 'first_device_category',
    'channel': 'first_channel',
    'campaign': 'first_campaign',
    'country': 'first_country',
    'cohort': 'cohort_month',
} %}
{#- A property may have any name, its column has not. -#}
{%- set properties = {} %}
{%- for property in config_.segment_properties %}
    {%- do properties.update({'property_' ~ loop.index: property}) %}
{%- endfor %}
{%- set names = dimensions.keys() | list + properties.keys() | list %}
{%- set labels = {} %}
{%- for name in names %}
    {%- do labels.update({name: waymark.text_literal(properties.get(name, name))}) %}
{%- endfor %}
{#- Segments of a dimension that are told apart. -#}
{%- set most = 12 %}
{#- Goals measured among all visitors share one population; any other has one of its own. -#}
{%- set rows = [] %}
{%- for goal in config_.goals.values() if goal.tier %}
    {%- set entry = goal.eligible_after.goal %}
    {%- do rows.append([
        goal.id, goal.id if entry else 0,
        config_.goals[entry].id if entry else none,
        goal.eligible_after.within_seconds or horizon if entry else horizon,
    ]) %}
{%- endfor %}
{%- set pairs = [] %}
{%- for name in names %}
    {%- for strata in ['all'] + names if strata != name %}
        {%- do pairs.append([properties.get(name, name), properties.get(strata, strata)]) %}
    {%- endfor %}
{%- endfor %}
{%- set bigint = dbt.type_bigint() %}

{{ waymark.refresh_header(plan) }}
with

compared_goals as (

    {{ waymark.literal_rows({
        'goal_id': 'bigint', 'population': 'bigint', 'entry_goal_id': 'bigint',
        'window_seconds': 'bigint',
    }, rows) }}

),

last_event as (

    select {{ waymark.epoch_us('max(event_at)') }} as last_event_us
    from {{ ref('events') }}

),

visitor_goals as {{ waymark.not_materialized() }}(

    select * from {{ ref('int_visitor_goals') }}

),

{% for name, property in properties.items() -%}
-- the first value that a completion of the visitor carries
{{ name }}_values as (

    select
        visitor_key,
        {{ name }}
    from (
        select
            visitor_key,
            {{ name }},
            row_number() over (
                partition by visitor_key
                order by event_order asc, {{ name }} asc
            ) as value_number
        from (
            select
                visitor_key,
                event_order,
                nullif({{ waymark.json_value('dimensions', property) }}, '') as {{ name }}
            from {{ ref('goal_completions') }}
            where
                visitor_key > 0
                and dimensions is not null
        ) as completion_values
        where {{ name }} is not null
    ) as numbered_values
    where value_number = 1

),

{% endfor -%}
visitors as (

    select
        visitors.visitor_key as visitor_key,
        visitors.first_seen_date as first_seen_date,
        {{ waymark.epoch_us('visitors.first_seen_at') }} as first_seen_us,
        {% for name, column in dimensions.items() if name != 'cohort' -%}
        coalesce(visitors.{{ column }}, '(not set)') as {{ name }},
        {% endfor -%}
        {% for name in properties -%}
        coalesce({{ name }}_values.{{ name }}, '(not set)') as {{ name }},
        {% endfor -%}
        substring(cast(visitors.first_seen_date as {{ waymark.sql_type('text') }}), 1, 7) as cohort
    from {{ ref('visitors') }} as visitors
    {% for name in properties -%}
    left join {{ name }}_values on visitors.visitor_key = {{ name }}_values.visitor_key
    {% endfor %}
),

---------- the segments of each dimension with the most visitors

segments as (

    {% for name in names -%}
    select
        {{ labels[name] }} as dimension,
        {{ name }} as segment,
        count(*) as visitors
    from visitors
    {% if name in properties -%}
    where {{ name }} <> '(not set)'
    {% endif -%}
    group by {{ name }}
    {{ 'union all' if not loop.last }}

    {% endfor %}
),

top_segments as (

    select
        dimension,
        segment
    from (
        select
            *,
            row_number() over (
                partition by dimension
                order by visitors desc, segment asc
            ) as segment_rank
        from segments
    ) as ranked_segments
    where segment_rank <= {{ most }}

),

described as (

    select
        visitors.visitor_key as visitor_key,
        visitors.first_seen_us as first_seen_us,
        visitors.first_seen_date as first_seen_date
        {%- for name in names %},
        {%- if name in properties %}
        case
            when visitors.{{ name }} = '(not set)' then '(not set)'
            else coalesce(top_{{ name }}.segment, '(other)')
        end as {{ name }}
        {%- else %}
        coalesce(top_{{ name }}.segment, '(other)') as {{ name }}
        {%- endif %}
        {%- endfor %}
    from visitors
    {% for name in names -%}
    left join top_segments as top_{{ name }}
        on
            visitors.{{ name }} = top_{{ name }}.segment
            and top_{{ name }}.dimension = {{ labels[name] }}
    {% endfor %}
),

---------- who could complete each goal, with all the time for it, and who did

entries as (

    select
        compared_goals.goal_id as goal_id,
        compared_goals.population as population,
        compared_goals.window_seconds as window_seconds,
        visitor_goals.visitor_key as visitor_key,
        visitor_goals.first_event_order as entry_order
    from compared_goals
    inner join visitor_goals on compared_goals.entry_goal_id = visitor_goals.goal_id

),

followed_entries as (

    select
        entries.goal_id as goal_id,
        entries.population as population,
        entries.visitor_key as visitor_key,
        case
            when
                {{ waymark.order_to_us('visitor_goals.first_event_order') }}
                <= {{ waymark.order_to_us('entries.entry_order') }}
                + entries.window_seconds * 1000000
                then 1
            else 0
        end as is_converter
    from entries
    cross join last_event
    left join visitor_goals
        on
            entries.goal_id = visitor_goals.goal_id
            and entries.visitor_key = visitor_goals.visitor_key
    where
        {{ waymark.order_to_us('entries.entry_order') }} + entries.window_seconds * 1000000
        <= last_event.last_event_us
        -- who had done it before cannot be won for it
        and coalesce(visitor_goals.first_event_order > entries.entry_order, true)

),

mature_visitors as (

    select described.*
    from described
    cross join last_event
    where described.first_seen_us + {{ horizon * 1000000 }} <= last_event.last_event_us

),

unit_cells as (

    select
        cast(0 as {{ bigint }}) as population,
        {{ names | join(', ') }},
        count(*) as units,
        min(first_seen_date) as first_seen_from,
        max(first_seen_date) as first_seen_to
    from mature_visitors
    group by {{ names | join(', ') }}

    union all

    select
        followed_entries.population as population,
        {% for name in names -%}
        described.{{ name }} as {{ name }},
        {% endfor -%}
        count(*) as units,
        min(described.first_seen_date) as first_seen_from,
        max(described.first_seen_date) as first_seen_to
    from followed_entries
    inner join described on followed_entries.visitor_key = described.visitor_key
    group by
        followed_entries.population,
        {% for name in names -%}
        described.{{ name }}{{ ',' if not loop.last }}
        {% endfor %}
),

converter_cells as (

    select
        compared_goals.goal_id as goal_id,
        {% for name in names -%}
        mature_visitors.{{ name }} as {{ name }},
        {% endfor -%}
        count(*) as converters
    from visitor_goals
    inner join compared_goals
        on
            visitor_goals.goal_id = compared_goals.goal_id
            and compared_goals.population = 0
    inner join mature_visitors on visitor_goals.visitor_key = mature_visitors.visitor_key
    where
        {{ waymark.order_to_us('visitor_goals.first_event_order') }}
        <= mature_visitors.first_seen_us + {{ horizon * 1000000 }}
    group by
        compared_goals.goal_id,
        {% for name in names -%}
        mature_visitors.{{ name }}{{ ',' if not loop.last }}
        {% endfor %}

    union all

    select
        followed_entries.goal_id as goal_id,
        {% for name in names -%}
        described.{{ name }} as {{ name }},
        {% endfor -%}
        count(*) as converters
    from followed_entries
    inner join described on followed_entries.visitor_key = described.visitor_key
    where followed_entries.is_converter = 1
    group by
        followed_entries.goal_id,
        {% for name in names -%}
        described.{{ name }}{{ ',' if not loop.last }}
        {% endfor %}
),

---------- each segment, alone and in each stratum of every other dimension

pairs as (

    {{ waymark.literal_rows({'dimension': 'text', 'strata': 'text'}, pairs) }}

),

{% for cells, by, measures in [
    ('unit', 'population', {
        'units': 'sum', 'first_seen_from': 'min', 'first_seen_to': 'max',
    }),
    ('converter', 'goal_id', {'converters': 'sum'}),
] -%}
{{ cells }}_counts as (

    select
        {{ by }},
        dimension,
        segment,
        strata,
        stratum,
        {% for measure, aggregate in measures.items() -%}
        {{ aggregate }}({{ measure }}) as {{ measure }}{{ ',' if not loop.last }}
        {% endfor %}
    from (
        select
            cells.{{ by }} as {{ by }},
            pairs.dimension as dimension,
            pairs.strata as strata,
            {% for column, segment in [('dimension', 'segment'), ('strata', 'stratum')] -%}
            case pairs.{{ column }}
                {%- for name in names %}
                when {{ labels[name] }} then cells.{{ name }}
                {%- endfor %}
                else 'all'
            end as {{ segment }},
            {% endfor -%}
            {% for measure in measures -%}
            cells.{{ measure }} as {{ measure }}{{ ',' if not loop.last }}
            {% endfor %}
        from {{ cells }}_cells as cells
        cross join pairs
    ) as paired_cells
    group by {{ by }}, dimension, segment, strata, stratum

),

{% endfor -%}
counted as (

    select
        compared_goals.goal_id as goal_id,
        compared_goals.window_seconds as window_seconds,
        unit_counts.first_seen_from as first_seen_from,
        unit_counts.first_seen_to as first_seen_to,
        unit_counts.dimension as dimension,
        unit_counts.segment as segment,
        unit_counts.strata as strata,
        unit_counts.stratum as stratum,
        cast(unit_counts.units as {{ bigint }}) as units,
        cast(coalesce(converter_counts.converters, 0) as {{ bigint }}) as converters
    from compared_goals
    inner join unit_counts on compared_goals.population = unit_counts.population
    left join converter_counts
        on
            compared_goals.goal_id = converter_counts.goal_id
            and unit_counts.dimension = converter_counts.dimension
            and unit_counts.segment = converter_counts.segment
            and unit_counts.strata = converter_counts.strata
            and unit_counts.stratum = converter_counts.stratum
    {%- if properties %}
    where
        -- those without the property have not come to where others have it: they are no comparison
        unit_counts.segment <> '(not set)'
        {%- for name in dimensions %}
        or unit_counts.dimension = {{ labels[name] }}
        {%- endfor %}
    {%- endif %}

)

select
    goal_id,
    window_seconds,
    min(first_seen_from) over (partition by goal_id) as first_seen_from,
    max(first_seen_to) over (partition by goal_id) as first_seen_to,
    dimension,
    segment,
    strata,
    stratum,
    units,
    converters,
    -- everybody else of the stratum
    {% for count_ in ['units', 'converters'] -%}
    cast(sum({{ count_ }}) over (
        partition by goal_id, dimension, strata, stratum
    ) - {{ count_ }} as {{ bigint }}) as rest_{{ count_ }}{{ ',' if not loop.last }}
    {% endfor %}
from counted
