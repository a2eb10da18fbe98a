{% macro _load_cohorts(given, goals, errors) %}
    {%- set known = waymark._configuration_keys('cohorts') -%}
    {%- set cohorts = {} -%}

    {%- for item in waymark._named_list('cohorts', given, errors) -%}
        {%- set path = 'cohorts.' ~ item.name -%}
        {%- do waymark._check_keys(path, item, known, errors) -%}
        {%- set cohort = waymark._cohort_options(path, item, errors) -%}
        {%- set breakdowns = waymark._breakdowns(path, cohort, errors) -%}

        {%- set start = item.get('start') -%}
        {%- set property = none -%}
        {%- for key, other, says in [
            ('start', 'first_seen', 'a goal name, first_seen or {property: <name>}'),
            ('return', 'any_event', 'a goal name or any_event'),
        ] -%}
            {%- set given = item.get(key) -%}
            {%- if key == 'start' and given is mapping -%}
                {%- do waymark._check_keys(path ~ '.start', given, ['property'], errors) -%}
                {%- if given.get('property') is not string or given['property'] | trim in ['', 'all'] -%}
                    {%- do errors.append(
                        path ~ '.start.property must be the name of a property, found '
                        ~ (given.get('property') | tojson) ~ '.'
                    ) -%}
                {%- endif -%}
            {%- elif given is not string -%}
                {%- do errors.append(path ~ '.' ~ key ~ ' must be ' ~ says ~ ', found ' ~ (given | tojson) ~ '.') -%}
            {%- else -%}
                {%- do waymark._check_goal(path ~ '.' ~ key, given, goals.keys() | list + [other], errors) -%}
            {%- endif -%}
        {%- endfor -%}

        {%- if start is mapping and start.get('property') is string -%}
            {#- Who starts by a property is told apart by its first value. -#}
            {%- set property = start['property'] -%}
            {%- set breakdowns = [{
                'name': property, 'properties': [property],
                'limit': cohort.breakdown_limit,
            }] + (breakdowns | rejectattr('name', 'equalto', property) | list) -%}
        {%- endif -%}
        {%- if cohort.first in ['first_ever', 'recurring']
            and (start is mapping or start == 'first_seen' and 'first_seen' not in goals) -%}
            {%- do errors.append(
                path ~ '.first: ' ~ cohort.first ~ ' needs a goal as start, found ' ~ (start | tojson)
                ~ '. Remove first, or name a goal.'
            ) -%}
        {%- endif -%}

        {%- do cohort.update({
            'name': item.name,
            'start': goals.get(start) if start is string else none,
            'start_property': property,
            'return': goals.get(item.get('return')) if item.get('return') is string else none,
            'breakdowns': breakdowns,
        }) -%}
        {%- do cohorts.update({item.name: cohort}) -%}
    {%- endfor -%}
    {{ return(cohorts) }}
{% endmacro %}
