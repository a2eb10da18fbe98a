{% macro _load_funnels(goals, errors) %}
    {#- What a value must be in this version, for keys whose other values come later. -#}
    {%- set later = {
        'order': ['ordered'],
        'entry': ['first_step'],
        'unit': ['visitor'],
        'mode': ['units'],
        'breakdown_by': ['entry_step'],
        'hold_constant': [],
        'exclusions': [],
    } -%}
    {%- set keys = [
        'name', 'label', 'description', 'owner', 'steps', 'window', 'ties', 'breakdowns', 'date_from', 'date_to',
    ] -%}
    {%- set goal_names = goals.keys() | list -%}
    {%- set funnels = {} -%}

    {%- for item in waymark._named_list('funnels', errors) -%}
        {%- set path = 'funnels.' ~ item.name -%}
        {%- do waymark._check_keys(path, item, keys, errors, later) -%}
        {%- do waymark._check_choice(path ~ '.ties', item.get('ties'), ['step_order', 'strict'], errors) -%}

        {%- set steps = [] -%}
        {%- set given = item.get('steps') -%}
        {%- if given is none or given is string or given is mapping or given is not iterable or not given -%}
            {%- do errors.append(
                path ~ '.steps must be a list of goal names with at least one step, found ' ~ (given | tojson) ~ '.'
            ) -%}
        {%- elif given | length > 20 -%}
            {%- do errors.append(
                path ~ '.steps has ' ~ (given | length) ~ ' steps. At most 20 are possible: split the funnel.'
            ) -%}
        {%- else -%}
            {%- for step in given -%}
                {%- set here = path ~ '.steps[' ~ loop.index ~ ']' -%}
                {%- set goal_name = step if step is string else (step.get('goal') if step is mapping else none) -%}
                {%- if step is mapping -%}
                    {%- do waymark._check_keys(
                        here, step, ['goal', 'label'], errors,
                        {'optional': [false], 'min_gap': [], 'max_gap': [], 'occurrence': []}
                    ) -%}
                {%- endif -%}
                {%- if goal_name is not string -%}
                    {%- do errors.append(
                        here ~ ' must be a goal name or {goal: <name>}, found ' ~ (step | tojson) ~ '.'
                    ) -%}
                {%- elif goal_name not in goals -%}
                    {%- do errors.append(
                        'goals.' ~ goal_name ~ ' is used by ' ~ here ~ ', but no such goal is defined.'
                        ~ waymark._did_you_mean(goal_name, goal_names)
                    ) -%}
                {%- else -%}
                    {%- do steps.append({
                        'number': loop.index,
                        'goal': goals[goal_name],
                        'label': (step.get('label') if step is mapping else none) or goal_name,
                    }) -%}
                {%- endif -%}
            {%- endfor -%}
        {%- endif -%}

        {%- if 'window' not in item -%}
            {%- do errors.append(
                path ~ " has no window. Say how long a unit may take from the first step, such as window: '7 days'."
            ) -%}
        {%- endif -%}
        {%- for key in ['date_from', 'date_to'] if item.get(key) is not none -%}
            {%- if not modules.re.match('^\\d{4}-\\d{2}-\\d{2}([ T]\\d{2}:\\d{2}(:\\d{2})?)?$', item[key] | string) -%}
                {%- do errors.append(
                    path ~ '.' ~ key ~ ': ' ~ (item[key] | string | tojson)
                    ~ " is not a local time. Write '2026-01-31' or '2026-01-31 18:00'."
                ) -%}
            {%- endif -%}
        {%- endfor -%}

        {%- do funnels.update({item.name: {
            'name': item.name,
            'label': item.get('label') or item.name,
            'owner': item.get('owner'),
            'steps': steps,
            'window_seconds': waymark.duration_seconds(path ~ '.window', item['window'], errors)
                if 'window' in item else none,
            'order': 'ordered',
            'entry': 'first_step',
            'ties': item.get('ties') or 'step_order',
            'breakdowns': waymark._breakdowns(path, item, errors),
            'date_from': item.get('date_from'),
            'date_to': item.get('date_to'),
            'definition': item,
        }}) -%}
    {%- endfor -%}
    {{ return(funnels) }}
{% endmacro %}
