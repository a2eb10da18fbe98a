{% macro _load_experiments(given, goals, funnels, errors) %}
    {%- set known = waymark._configuration_keys('experiments') -%}
    {%- set experiments = {} -%}
    {%- for item in waymark._named_list('experiments', given, errors) -%}
        {%- set path = 'experiments.' ~ item.name -%}
        {%- do waymark._check_keys(path, item, known, errors) -%}
        {%- set options = waymark._options(path, item, known, errors) -%}

        {#- Who is in it, and in which variant. -#}
        {%- set exposure = options.exposure -%}
        {%- if exposure is mapping -%}
            {%- do waymark._check_keys(path ~ '.exposure', exposure, ['goal'], errors) -%}
            {%- set exposure = exposure.get('goal') -%}
        {%- endif -%}
        {%- set exposure = waymark._step_goal(path ~ '.exposure', exposure, errors, goals) -%}
        {%- set property = options.variant_property -%}
        {%- if property is not string or property | trim == '' -%}
            {%- do errors.append(
                path ~ '.variant_property must be the property of the exposure that holds the variant, found '
                ~ (property | tojson) ~ '.'
            ) -%}
            {%- set property = none -%}
        {%- endif -%}
        {%- set variants = waymark._experiment_variants(path, options, errors) -%}

        {#- When, and for how long. -#}
        {%- set dates = {} -%}
        {%- for key in ['from', 'until'] if item.get(key) is not none -%}
            {%- if modules.re.match('^\\d{4}-\\d{2}-\\d{2}$', item[key] | string) -%}
                {%- do dates.update({key: item[key] | string}) -%}
            {%- else -%}
                {%- do errors.append(
                    path ~ '.' ~ key ~ ': ' ~ (item[key] | string | tojson) ~ " is not a local date. Write '2026-01-31'."
                ) -%}
            {%- endif -%}
        {%- endfor -%}
        {%- if dates | length == 2 and dates['from'] > dates['until'] -%}
            {%- do errors.append(
                path ~ '.from: ' ~ (dates['from'] | tojson) ~ ' is after until ' ~ (dates['until'] | tojson) ~ '.'
            ) -%}
        {%- endif -%}

        {#- What is measured: the macro-conversion that decides, and what stands beside it. -#}
        {%- set metrics = [] -%}
        {%- set primary = none -%}
        {%- if options.primary is not none -%}
            {%- set primary = waymark._step_goal(path ~ '.primary', options.primary, errors, goals) -%}
            {%- if primary.tier == 3 -%}
                {%- do errors.append(
                    path ~ '.primary: ' ~ primary.name ~ ' is a product goal (tier 3), a micro-conversion. The primary '
                    ~ 'is a goal of tier 1 or 2: name one, and keep this one under goals.'
                ) -%}
            {%- endif -%}
        {%- endif -%}
        {%- set listed = options.goals -%}
        {%- if listed is string or listed is mapping or listed is not iterable -%}
            {%- do errors.append(path ~ '.goals must be a list of goal names, found ' ~ (listed | tojson) ~ '.') -%}
            {%- set listed = [] -%}
        {%- endif -%}
        {%- set measured = [primary] if primary else [] -%}
        {%- for name in listed -%}
            {%- set goal = waymark._step_goal(path ~ '.goals[' ~ loop.index ~ ']', name, errors, goals) -%}
            {%- if goal and goal.name not in measured | map(attribute='name') -%}{%- do measured.append(goal) -%}{%- endif -%}
        {%- endfor -%}
        {%- for goal in measured -%}
            {%- do metrics.append({
                'number': loop.index, 'name': goal.name, 'label': goal.label, 'type': 'goal', 'goal': goal,
                'is_primary': primary is not none and goal.name == primary.name,
            }) -%}
        {%- endfor -%}
        {%- set funnel = none -%}
        {%- if options.funnel is not none -%}
            {%- set funnel = funnels.get(options.funnel) if options.funnel is string else none -%}
            {%- if not funnel -%}
                {%- do errors.append(
                    path ~ '.funnel: ' ~ (options.funnel | tojson) ~ ' is not a funnel.'
                    ~ (waymark._did_you_mean(options.funnel, funnels.keys() | list) if options.funnel is string else '')
                ) -%}
            {%- endif -%}
        {%- endif -%}
        {%- if funnel -%}
            {#- A step counts by its place after the exposure: what looks elsewhere would not be obeyed. -#}
            {%- set other = {
                'order: ' ~ funnel.order: funnel.order != 'ordered',
                'entry: any_step': funnel.entry == 'any_step',
                'ties: strict': funnel.ties == 'strict',
                'unit': funnel.unit != 'visitor',
                'hold_constant': funnel.hold_constant is not none,
                'exclusions': funnel.exclusions | length > 0,
                'min_gap or max_gap': funnel.steps | selectattr('min_gap_seconds') | list
                    + funnel.steps | selectattr('max_gap_seconds') | list != [],
                'occurrence': funnel.steps | rejectattr('occurrence', 'equalto', 'every') | list != [],
            } -%}
            {%- for option, is_used in other.items() if is_used -%}
                {%- do errors.append(
                    path ~ '.funnel: ' ~ funnel.name ~ ' has ' ~ option ~ ', which an experiment cannot measure. Name '
                    ~ 'a funnel whose steps of visitors follow each other in order.'
                ) -%}
            {%- endfor -%}
            {%- for step in funnel.steps -%}
                {%- do metrics.append({
                    'number': metrics | length + 1,
                    'name': funnel.name ~ '[' ~ step.number ~ '] ' ~ step.goal.name,
                    'label': step.label, 'type': 'funnel_step', 'goal': step.goal, 'is_primary': false,
                    'step_number': step.number, 'before': step.before,
                }) -%}
            {%- endfor -%}
        {%- endif -%}

        {%- do experiments.update({item.name: {
            'name': item.name,
            'label': options.label or item.name,
            'owner': options.owner,
            'exposure': exposure or {},
            'variant_property': property,
            'variants': variants,
            'from': dates.get('from'),
            'until': dates.get('until'),
            'window_seconds': options.window_seconds,
            'lookback_seconds': options.lookback_seconds,
            'metrics': metrics,
            'funnel': funnel.name if funnel else none,
            'definition': item,
        }}) -%}
    {%- endfor -%}
    {{ return(experiments) }}
{% endmacro %}
