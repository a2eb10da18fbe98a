{% macro check_properties(events) %}
    {#- Before goal_completions reads them: does any event have the properties that funnels and cohorts
        name? A misspelt one would be a chart of `(not set)`. Columns of `events` need no look. -#}
    {%- if not execute or flags.EMPTY -%}{{ return('') }}{%- endif -%}
    {%- set config = waymark.load_config() -%}
    {%- set used = [] -%}
    {%- for funnel in config.funnels.values() -%}
        {%- set path = 'funnels.' ~ funnel.name -%}
        {%- do used.extend([
            [path ~ '.unit', funnel.unit.property], [path ~ '.hold_constant', funnel.hold_constant],
        ]) -%}
        {%- for property in funnel.properties -%}{%- do used.append([path ~ '.breakdowns', property]) -%}{%- endfor -%}
    {%- endfor -%}
    {%- for cohort in config.cohorts.values() -%}
        {%- do used.append(['cohorts.' ~ cohort.name ~ '.start', cohort.start_property]) -%}
        {%- for breakdown in cohort.breakdowns -%}
            {%- for property in breakdown.properties if property != cohort.start_property -%}
                {%- do used.append(['cohorts.' ~ cohort.name ~ '.breakdowns', property]) -%}
            {%- endfor -%}
        {%- endfor -%}
    {%- endfor -%}

    {%- for property in config.segment_properties -%}{%- do used.append(['segment_properties', property]) -%}{%- endfor -%}

    {%- set columns = waymark.event_columns().keys() | list -%}
    {%- set names = used | map('last') | select('string') | reject('in', columns)
        | unique(case_sensitive=true) | list -%}
    {%- if not names -%}{{ return('') }}{%- endif -%}
    {%- set lookups = ['(select 1 from ' ~ events ~ ' limit 1)'] -%}
    {%- for name in names -%}
        {%- do lookups.append(
            '(select 1 from ' ~ events ~ ' as events where ' ~ waymark.event_property('events', name)
            ~ ' is not null limit 1)'
        ) -%}
    {%- endfor -%}
    {%- set found = run_query('select ' ~ (lookups | join(', '))).rows[0] -%}
    {%- set missing = [] -%}
    {%- for name in names -%}
        {%- if found[0] and not found[loop.index] -%}{%- do missing.append(name) -%}{%- endif -%}
    {%- endfor -%}
    {%- if missing -%}
        {%- set keys = run_query(
            'select distinct property_name from ('
            ~ waymark.json_each('(select properties from ' ~ events ~ ' limit 100000)', 'properties', [])
            ~ ') as properties'
        ).columns[0].values() | list -%}
        {%- set errors = [] -%}
        {%- for path, name in used if name in missing -%}
            {#- No chart is wrong for want of a segment, and whoever tries another source keeps the demo's. -#}
            {%- set told = [] if path == 'segment_properties' else errors -%}
            {%- do told.append(
                path ~ ': no event has a property ' ~ (name | tojson) ~ '.'
                ~ waymark._did_you_mean(name, columns + keys)
            ) -%}
            {%- if told is not sameas errors -%}{%- do exceptions.warn(told[0]) -%}{%- endif -%}
        {%- endfor -%}
        {%- do waymark._raise_errors(errors) -%}
    {%- endif -%}
{% endmacro %}
