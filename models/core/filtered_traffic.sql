{{ config(materialized='refreshed') }}

{%- set traffic_filters = waymark.seed_relation('traffic_filters') %}
{%- set plan = waymark.rebuild_plan(['source_loads'], [], [traffic_filters]) %}

{{ waymark.refresh_header(plan) }}
with

staged_events as {{ waymark.not_materialized() }}(

    select * from {{ ref('staged_events') }}

),

traffic_filters as (

    select * from {{ traffic_filters }}

),

column_values as (

    {% for column in waymark.filtered_columns() -%}
    select distinct
        '{{ column }}' as column_name,
        {{ column }} as column_value
    from staged_events
    where {{ column }} is not null
    {{ 'union all' if not loop.last }}

    {% endfor -%}
),

final as (

    select
        column_values.column_name,
        column_values.column_value,
        min(traffic_filters.filter_name) as filter_name
    from column_values
    inner join traffic_filters
        on
            column_values.column_name = traffic_filters.column_name
            and case traffic_filters.operator
                when 'equals' then lower(column_values.column_value) = traffic_filters.pattern
                when 'contains'
                    then {{ waymark.text_position(
                        'traffic_filters.pattern', 'lower(column_values.column_value)'
                    ) }} > 0
                when 'starts_with'
                    then
                        left(lower(column_values.column_value), length(traffic_filters.pattern))
                        = traffic_filters.pattern
                when 'ends_with'
                    then
                        right(lower(column_values.column_value), length(traffic_filters.pattern))
                        = traffic_filters.pattern
                when 'matches'
                    then {{ waymark.regex_full_match(
                        'lower(column_values.column_value)', 'traffic_filters.pattern'
                    ) }}
            end
    group by column_values.column_name, column_values.column_value

)

select
    column_name,
    column_value,
    filter_name
from final
