{% macro retention(
    relation,
    unit=none,
    time=none,
    step=none,
    start=none,
    return=none,
    interval='week',
    intervals=none,
    criterion='on',
    first='first_matching',
    min_occurrences=1,
    rolling=false,
    brackets=none,
    window=none,
    timezone=none,
    week_start=none
) -%}
    {%- set path = 'retention()' -%}
    {%- set errors = [] -%}
    {%- set options = {
        'interval': interval, 'intervals': intervals, 'criterion': criterion, 'first': first,
        'min_occurrences': min_occurrences, 'rolling': rolling, 'brackets': brackets, 'window': window,
        'timezone': timezone, 'week_start': week_start,
    } -%}
    {%- set keys = ['relation', 'unit', 'time', 'step', 'start', 'return'] + options.keys() | list -%}
    {%- for key in kwargs -%}
        {%- do errors.append(
            path ~ ' has no argument ' ~ key ~ '. It takes ' ~ (keys | join(', ')) ~ '.'
            ~ waymark._did_you_mean(key, keys)
        ) -%}
    {%- endfor -%}
    {%- if relation is not string and relation is not mapping and relation.identifier is not defined
        or relation is string and relation | trim == '' -%}
        {%- do errors.append(
            path ~ ".relation must be ref('...'), the name of a table or a query in parentheses, found "
            ~ (relation | string | tojson) ~ '.'
        ) -%}
    {%- endif -%}
    {%- for key, value, what in [
        ('unit', unit, 'the column of who comes back'), ('time', time, 'the column of when it happened'),
    ] if value is not string or value | trim == '' -%}
        {%- do errors.append(path ~ '.' ~ key ~ ' must be ' ~ what ~ ', found ' ~ (value | string | tojson) ~ '.') -%}
    {%- endfor -%}
    {%- set steps = {} -%}
    {%- for key, value in [('start', start), ('return', return)] -%}
        {%- set values = [] if value is none else ([value] if value is string or value is number else value) -%}
        {%- if values is mapping or values is not iterable or value is not none and not values
            or values | reject('string') | reject('number') | list or true in values or false in values -%}
            {%- do errors.append(
                path ~ '.' ~ key ~ ' must be a value of step, a list of them or none for any event, found '
                ~ (value | tojson) ~ '.'
            ) -%}
            {%- set values = [] -%}
        {%- elif value is not none and (step is not string or step | trim == '') -%}
            {%- do errors.append(
                path ~ '.step must be the column that ' ~ key ~ ' is a value of, found ' ~ (step | string | tojson) ~ '.'
            ) -%}
        {%- endif -%}
        {%- set literals = [] -%}
        {%- for one in values -%}{%- do literals.append(waymark.text_literal(one) if one is string else one) -%}{%- endfor -%}
        {%- do steps.update({key: step ~ ' in (' ~ (literals | join(', ')) ~ ')' if literals else none}) -%}
    {%- endfor -%}
    {%- if first == 'first_ever' -%}
        {%- do errors.append(
            path ~ '.first: first_ever needs a goal with conditions. Write first_matching or recurring.'
        ) -%}
    {%- elif first == 'recurring' and start is none -%}
        {%- do errors.append(path ~ '.first: recurring needs a start. Name one, or remove first.') -%}
    {%- endif -%}
    {%- set cohort = waymark._cohort_options(path, options, errors) -%}
    {%- do waymark._check_choice(path ~ '.week_start', week_start, ['monday', 'sunday'], errors) -%}
    {%- set zones = waymark.known_timezones() if waymark.may_query() and cohort.timezone != 'UTC' else [cohort.timezone] -%}
    {%- if cohort.timezone not in zones -%}
        {%- do errors.append(
            path ~ '.timezone: ' ~ cohort.timezone ~ ' is not a time zone that the database knows.'
            ~ waymark._did_you_mean(cohort.timezone, zones)
        ) -%}
    {%- endif -%}
    {%- do waymark._raise_errors(errors) -%}

    {%- set source = (relation | string) ~ (' as source_rows' if relation is string and '(' in relation else '') -%}
    {%- set happened_at = 'cast(' ~ time ~ ' as ' ~ dbt.type_timestamp() ~ ')' -%}
    {%- set known = unit ~ ' is not null and ' ~ time ~ ' is not null' -%}
    {%- set events = {
        'relation': source, 'unit': unit, 'event_order': waymark.epoch_us(happened_at) ~ ' * 1000',
        'local_time': waymark.to_local_time(happened_at, cohort.timezone), 'where': known,
    } -%}
    {%- set starts = dict(events, where=known ~ ' and ' ~ steps.start if steps.start else known) -%}
    {%- set returns = dict(events, where=known ~ ' and ' ~ steps['return'] if steps['return'] else known) -%}
    {%- set either = dict(
        events,
        where=known ~ ' and (' ~ steps.start ~ ' or ' ~ steps['return'] ~ ')' if steps.start and steps['return'] else known
    ) -%}
    {%- set plain = cohort.criterion == 'on' and cohort.first == 'first_matching' and cohort.min_occurrences == 1
        and not cohort.rolling and not cohort.has_brackets and cohort.window_seconds is none -%}
with

data_end as (

    select max({{ happened_at }}) as last_event_at
    from {{ source }}

),

{% if plain -%}
{{ waymark._cohort_bits('cohort', either, steps.start or 'true', steps['return'] or 'true', cohort) }},
{%- else -%}
{{ waymark._cohort_members('members', starts, cohort) }},

{{ waymark._cohort_returns(
    'returned', 'members', returns, cohort, cohort.min_occurrences, cohort.window_seconds, same_interval=false
) }},

{{ waymark._cohort_counts('cohort', 'members', 'returned', cohort) }},
{%- endif %}

{{ waymark._cohort_matrix('matrix', 'cohort_sizes', 'cohort_counts', cohort) }}

select
    cohort_start,
    interval_number,
    cast(cohort_size as bigint) as cohort_size,
    cast(units_returned as bigint) as units_returned,
    {{ waymark.rate('units_returned', 'cohort_size') }} as retention_rate,
    is_mature
from matrix
order by cohort_start, interval_number
{%- endmacro %}
