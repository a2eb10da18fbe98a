{% macro _load_cohorts(goals, errors) %}
    {%- set later = {'first': ['first_matching'], 'window': [], 'rolling': [false], 'brackets': []} -%}
    {%- set keys = [
        'name', 'label', 'description', 'owner', 'start', 'return', 'interval', 'intervals', 'criterion',
        'min_occurrences', 'breakdowns',
    ] -%}
    {%- set goal_names = goals.keys() | list -%}
    {%- set cohorts = {} -%}

    {%- for item in waymark._named_list('cohorts', errors) -%}
        {%- set path = 'cohorts.' ~ item.name -%}
        {%- do waymark._check_keys(path, item, keys, errors, later) -%}
        {%- for key in ['start', 'return'] -%}
            {%- set goal_name = item.get(key) -%}
            {%- if goal_name is not string -%}
                {%- do errors.append(path ~ '.' ~ key ~ ' must be a goal name, found ' ~ (goal_name | tojson) ~ '.') -%}
            {%- elif goal_name not in goals -%}
                {%- do errors.append(
                    'goals.' ~ goal_name ~ ' is used by ' ~ path ~ '.' ~ key ~ ', but no such goal is defined.'
                    ~ waymark._did_you_mean(goal_name, goal_names)
                ) -%}
            {%- endif -%}
        {%- endfor -%}
        {#- YAML reads a bare `on` as true. -#}
        {%- set criterion = 'on' if item.get('criterion') is sameas true else item.get('criterion') or 'on' -%}
        {%- do waymark._check_choice(path ~ '.criterion', criterion, ['on', 'on_or_after'], errors) -%}
        {%- do waymark._check_choice(path ~ '.interval', item.get('interval'), ['day', 'week', 'month'], errors) -%}
        {%- set counts = {} -%}
        {%- for key, default, most in [('intervals', 8, 1000), ('min_occurrences', 1, 1000000)] -%}
            {%- set count = item[key] if item.get(key) is not none else default -%}
            {%- if count is not integer or count is boolean or count < 1 or count > most -%}
                {%- do errors.append(
                    path ~ '.' ~ key ~ ' must be a whole number from 1 to ' ~ most ~ ', found '
                    ~ (count | tojson) ~ '.'
                ) -%}
            {%- endif -%}
            {%- do counts.update({key: count}) -%}
        {%- endfor -%}
        {%- do cohorts.update({item.name: {
            'name': item.name,
            'start': goals.get(item.get('start')),
            'return': goals.get(item.get('return')),
            'interval': item.get('interval') or 'week',
            'intervals': counts.intervals,
            'criterion': criterion,
            'min_occurrences': counts.min_occurrences,
            'breakdowns': waymark._breakdowns(path, item, errors),
        }}) -%}
    {%- endfor -%}
    {{ return(cohorts) }}
{% endmacro %}
