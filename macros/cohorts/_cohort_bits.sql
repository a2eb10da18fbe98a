{% macro _cohort_bits(name, events, is_start, is_return, cohort) -%}
    {#- The plain case - calendar intervals, `on`, one return, the first start - in one pass: the
        intervals of a unit are bits of a number, 60 in each, and units with equal bits are counted
        together. Intervals are numbered from the first Monday (Sunday) of the calendar: as numbers
        they are cheaper than as dates. -#}
    {%- set before_1970 = 719162 + (1 if cohort.interval == 'week' and cohort.week_start == 'sunday' else 0) -%}
    {%- set indexes = {} -%}
    {%- for column in ['local_at', 'cohort_start'] -%}
        {%- if cohort.interval == 'month' -%}
            {%- set index = waymark.periods_between(
                "cast('0001-01-01' as date)", waymark.period_start(column, 'month'), 'month'
            ) -%}
        {%- else -%}
            {%- set index = waymark.whole_division(
                waymark.epoch_us(column) ~ ' + ' ~ before_1970 * 86400000000, cohort.interval_seconds * 1000000
            ) -%}
        {%- endif -%}
        {%- do indexes.update({column: index}) -%}
    {%- endfor -%}
    {%- set block = waymark.whole_division('interval_index', 60) -%}
    {%- set wanted = indexes.cohort_start ~ ' + cells.interval_number' -%}
{{ name }}_events as (

    select
        unit_key,
        is_return,
        case when is_start then local_at end as started_at,
        {{ indexes.local_at }} as interval_index
    from (
        select
            {{ events.unit }} as unit_key,
            {{ events.local_time }} as local_at,
            {{ is_start }} as is_start,
            {{ is_return }} as is_return
        from {{ events.relation }}
        where {{ events.where }}
    ) as local_events

),

{{ name }}_units as (

    select
        unit_key,
        {{ block }} as block,
        {{ waymark.bits_of('case when is_return then interval_index - ' ~ block ~ ' * 60 end') }} as bits,
        min(started_at) as started_at
    from {{ name }}_events
    group by 1, 2

),

{{ name }}_firsts as (

    select
        unit_key,
        min(started_at) as started_at
    from {{ name }}_units
    where started_at is not null
    group by unit_key

),

{{ name }}_alike as (

    select
        {{ waymark.period_start('firsts.started_at', cohort.interval, cohort.week_start) }} as cohort_start,
        units.block,
        units.bits,
        count(*) as units,
        sum(case when units.started_at = firsts.started_at then 1 else 0 end) as starters
    from {{ name }}_units as units
    inner join {{ name }}_firsts as firsts on units.unit_key = firsts.unit_key
    group by 1, 2, 3

),

{{ name }}_sizes as (

    select
        cohort_start,
        'all' as breakdown_name,
        'all' as breakdown_value,
        sum(starters) as cohort_size
    from {{ name }}_alike
    group by cohort_start

),

{{ name }}_cells as (

    {{ waymark._cohort_cells(cohort) | indent(4) }}

),

{{ name }}_counts as (

    select
        alike.cohort_start,
        'all' as breakdown_name,
        'all' as breakdown_value,
        cells.interval_number,
        sum(alike.units) as units_returned,
        0 as units_active
    from {{ name }}_alike as alike
    cross join {{ name }}_cells as cells
    where
        alike.block = {{ waymark.whole_division(wanted, 60) }}
        and {{ waymark.has_bit('alike.bits', wanted ~ ' - alike.block * 60') }}
    group by alike.cohort_start, cells.interval_number

)
{%- endmacro %}
