{% macro _read_funnel(path, item, errors, goals=none) %}
    {%- set known = {} -%}
    {%- set options = waymark._options(path, item, waymark._configuration_keys('funnels'), errors) -%}
    {%- set order, entry, ties, mode = options.order, options.entry, options.ties, options.mode -%}
    {%- set window_seconds = options.window_seconds -%}

    {%- set steps = [] -%}
    {%- set given = options.steps -%}
    {%- if given is none or given is string or given is mapping or given is not iterable or not given -%}
        {%- do errors.append(
            path ~ '.steps must be a list of goal names with at least one step, found ' ~ (given | tojson) ~ '.'
        ) -%}
        {%- set given = [] -%}
    {%- elif given | length > 20 -%}
        {%- do errors.append(
            path ~ '.steps has ' ~ (given | length) ~ ' steps. At most 20 are possible: split the funnel.'
        ) -%}
    {%- endif -%}
    {#- A step of funnel() has no target, and an exclusion no event. -#}
    {%- set step_keys = waymark._configuration_keys('step') -%}
    {%- set exclusion_keys = waymark._configuration_keys('exclusion') -%}
    {%- if goals is none -%}
        {%- do step_keys.pop('target') -%}
        {%- do exclusion_keys.pop('event') -%}
        {%- do exclusion_keys.pop('where') -%}
    {%- endif -%}
    {%- for step in given -%}
        {%- set here = path ~ '.steps[' ~ loop.index ~ ']' -%}
        {%- set given_step = step if step is mapping else {'goal': step} -%}
        {%- do waymark._check_keys(here, given_step, step_keys, errors) -%}
        {%- set step = waymark._options(here, given_step, step_keys, errors) -%}
        {%- for key in ['min_gap', 'max_gap'] -%}
            {%- set gap = step[key ~ '_seconds'] -%}
            {%- if gap is not none and not steps -%}
                {%- do errors.append(
                    here ~ '.' ~ key ~ ' is the time since the step before. The first step has none: remove it.'
                ) -%}
            {%- elif gap is not none and window_seconds is not none and gap > window_seconds -%}
                {%- do errors.append(
                    here ~ '.' ~ key ~ ': ' ~ (given_step[key] | tojson) ~ ' is longer than the window '
                    ~ (item['window'] | tojson) ~ ', which ends the attempt before.'
                ) -%}
            {%- endif -%}
        {%- endfor -%}
        {%- if step.min_gap_seconds is not none and step.max_gap_seconds is not none
            and step.min_gap_seconds > step.max_gap_seconds -%}
            {%- do errors.append(
                here ~ '.min_gap: ' ~ (given_step['min_gap'] | tojson) ~ ' is longer than max_gap '
                ~ (given_step['max_gap'] | tojson) ~ ': no step can fit.'
            ) -%}
        {%- endif -%}
        {%- set target = step.get('target') -%}
        {%- if target is not none -%}
            {%- if target is boolean or target is not number or target <= 0 or target > 1 -%}
                {%- do errors.append(
                    here ~ '.target must be a share above 0 and up to 1 of the units at the step before, such as '
                    ~ '0.5, found ' ~ (target | tojson) ~ '.'
                ) -%}
            {%- elif not steps or step.optional -%}
                {%- do errors.append(
                    here ~ '.target is for the rate of a step that leads on from another. '
                    ~ ('An optional step gates nothing' if steps else 'The first step has none') ~ ': remove it.'
                ) -%}
            {%- endif -%}
        {%- endif -%}
        {%- set goal = waymark._step_goal(here, step.goal, errors, goals, known) -%}
        {%- do steps.append({
            'number': loop.index,
            'goal': goal or {},
            'label': loop.index ~ ' of ' ~ (given | length) ~ ' steps' if order == 'any'
                else step.label or goal.name,
            'optional': step.optional,
            'occurrence': step.occurrence,
            'min_gap_seconds': step.min_gap_seconds,
            'max_gap_seconds': step.max_gap_seconds,
            'target': target,
        }) -%}
    {%- endfor -%}
    {%- set required = steps | rejectattr('optional') | list -%}
    {#- The required steps around each. -#}
    {%- set numbers = required | map(attribute='number') | list -%}
    {%- for step in steps -%}
        {%- do step.update({
            'before': (numbers | select('lt', step.number) | list or [none])[-1],
            'after': (numbers | select('gt', step.number) | list or [none])[0],
        }) -%}
    {%- endfor -%}
    {%- if steps and steps[0].optional -%}
        {%- do errors.append(
            path ~ '.steps[1].optional: a funnel begins with its first step, so that one cannot be optional.'
        ) -%}
    {%- endif -%}

    {#- Exclusions lie between two required steps. -#}
    {%- set exclusions = [] -%}
    {%- set listed = options.exclusions -%}
    {%- if listed is string or listed is mapping or listed is not iterable -%}
        {%- do errors.append(
            path ~ '.exclusions must be a list of {goal, from_step, to_step}, found ' ~ (listed | tojson) ~ '.'
        ) -%}
        {%- set listed = [] -%}
    {%- endif -%}
    {%- for exclusion in listed -%}
        {%- set here = path ~ '.exclusions[' ~ loop.index ~ ']' -%}
        {%- set exclusion = exclusion if exclusion is mapping else {'goal': exclusion} -%}
        {%- do waymark._check_keys(here, exclusion, exclusion_keys, errors) -%}
        {%- set from_step = 1 if exclusion.get('from_step') is none else exclusion['from_step'] -%}
        {%- set to_step = steps | length if exclusion.get('to_step') is none else exclusion['to_step'] -%}
        {%- set numbers = {'from_step': from_step, 'to_step': to_step} -%}
        {%- set bad = [] -%}
        {%- for key in numbers -%}
            {%- set number = numbers[key] -%}
            {%- if number is not integer or number is boolean or number < 1 or number > steps | length -%}
                {%- do bad.append(key) -%}
                {%- do errors.append(
                    here ~ '.' ~ key ~ ' must be the number of a step, from 1 to ' ~ (steps | length) ~ ', found '
                    ~ (number | tojson) ~ '.'
                ) -%}
            {%- elif steps[number - 1].optional and number > 1 -%}
                {%- do errors.append(
                    here ~ '.' ~ key ~ ': step ' ~ number ~ ' is optional and bounds nothing. Name a required step.'
                ) -%}
            {%- endif -%}
        {%- endfor -%}
        {%- if not bad and from_step >= to_step -%}
            {%- do errors.append(
                here ~ ': from_step ' ~ from_step ~ ' must come before to_step ' ~ to_step ~ '.'
            ) -%}
        {%- endif -%}
        {%- set goal = none -%}
        {%- if exclusion.get('event') is none -%}
            {%- set goal = waymark._step_goal(here, exclusion.get('goal'), errors, goals, known) -%}
            {%- for step in required if not bad and goal is not none and from_step < step.number < to_step
                and step.goal.name == goal.name -%}
                {%- do errors.append(
                    here ~ ': ' ~ goal.name ~ ' is step ' ~ step.number ~ ' itself, so nobody could get past it.'
                ) -%}
            {%- endfor -%}
        {%- elif exclusion.get('goal') is not none -%}
            {%- do errors.append(here ~ ' has both goal and event. Name one of them.') -%}
        {%- elif exclusion['event'] is not string -%}
            {%- do errors.append(
                here ~ '.event must be the name of an event, found ' ~ (exclusion['event'] | tojson) ~ '.'
            ) -%}
        {%- endif -%}
        {%- do exclusions.append({
            'key': here,
            'goal': goal,
            'event': exclusion.get('event'),
            'conditions': waymark._conditions(here ~ '.where', exclusion['where'], errors)
                if exclusion.get('where') is not none and goals is not none else [],
            'from_step': from_step,
            'to_step': to_step,
        }) -%}
    {%- endfor -%}

    {#- Who walks, and what must stay the same. -#}
    {%- set unit = options.unit -%}
    {%- set units = ['visitor', 'session'] -%}
    {%- if unit is mapping and 'property' not in unit -%}
        {%- do waymark._check_keys(path ~ '.unit', unit, ['property'], errors) -%}
    {%- elif goals is not none and unit not in units and not (unit is mapping and unit.property is string) -%}
        {%- do errors.append(
            path ~ '.unit must be visitor, session or {property: <name>}, found ' ~ (unit | tojson) ~ '.'
            ~ (waymark._did_you_mean(unit, units) if unit is string else '')
        ) -%}
    {%- endif -%}
    {%- set hold_constant = options.hold_constant -%}
    {%- if hold_constant is not none and hold_constant is not string -%}
        {%- do errors.append(
            path ~ '.hold_constant must be a property name, found ' ~ (hold_constant | tojson) ~ '.'
        ) -%}
    {%- endif -%}

    {%- set breakdowns = waymark._breakdowns(path, options, errors) -%}
    {%- set properties = [] -%}
    {%- for breakdown in breakdowns -%}{%- do properties.extend(breakdown.properties) -%}{%- endfor -%}
    {%- set breakdown_by = options.breakdown_by -%}
    {%- set anchors = ['entry_step', 'first_touch', 'last_touch', 'all_events'] -%}
    {%- if breakdown_by is mapping -%}
        {%- do waymark._check_keys(path ~ '.breakdown_by', breakdown_by, ['step'], errors) -%}
        {%- set step = breakdown_by.get('step') -%}
        {%- if step is not integer or step is boolean or step < 1 or step > steps | length -%}
            {%- do errors.append(
                path ~ '.breakdown_by.step must be the number of a step, from 1 to ' ~ (steps | length)
                ~ ', found ' ~ (step | tojson) ~ '.'
            ) -%}
            {%- set breakdown_by = 'entry_step' -%}
        {%- endif -%}
    {%- elif breakdown_by not in anchors -%}
        {%- do errors.append(
            path ~ '.breakdown_by: ' ~ (breakdown_by | tojson) ~ ' is not one of ' ~ (anchors | join(', '))
            ~ ' or {step: <number>}.' ~ waymark._did_you_mean(breakdown_by, anchors)
        ) -%}
    {%- endif -%}
    {%- if item.get('breakdown_by') is not none and not breakdowns -%}
        {%- do errors.append(
            path ~ '.breakdown_by says whose value counts, but there are no breakdowns. Add some or remove it.'
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
    {%- set date_from = (item.get('date_from') or '') | string | replace('T', ' ') -%}
    {%- set date_to = (item.get('date_to') or '') | string | replace('T', ' ') -%}
    {%- if date_from and date_to and (date_to < date_from and not date_from.startswith(date_to)) -%}
        {%- do errors.append(
            path ~ '.date_from: ' ~ (date_from | tojson) ~ ' is after date_to ' ~ (date_to | tojson) ~ '.'
        ) -%}
    {%- endif -%}

    {#- Options that contradict each other. -#}
    {%- set used = {
        'order: strict': order == 'strict',
        'order: any': order == 'any',
        'ties: strict': ties == 'strict',
        'mode: totals': mode == 'totals',
        'hold_constant': hold_constant is not none,
        'exclusions': listed | length > 0,
        'optional steps': required | length < steps | length,
        'min_gap or max_gap': steps | rejectattr('min_gap_seconds', 'none') | list
            + steps | rejectattr('max_gap_seconds', 'none') | list != [],
        'target': steps | rejectattr('target', 'none') | list != [],
    } -%}
    {%- for option, why, contradicted in [
        ('entry: any_step', 'counts each step by itself', used.keys() | list),
        ('order: any', 'knows no order of steps', [
            'ties: strict', 'exclusions', 'optional steps', 'min_gap or max_gap', 'target',
        ]),
    ] if option in ['entry: ' ~ entry, 'order: ' ~ order] -%}
        {%- for other in contradicted if used[other] -%}
            {%- do errors.append(
                path ~ ': ' ~ option ~ ' ' ~ why ~ ', so ' ~ other ~ ' means nothing there. Remove one of the two.'
            ) -%}
        {%- endfor -%}
    {%- endfor -%}

    {%- if order == 'any' and not errors -%}
        {%- set sharing = {} -%}
        {%- for step in steps -%}
            {%- for other in steps if other.goal.name != step.goal.name
                and waymark.goals_may_share_events(step.goal, other.goal) -%}
                {%- do sharing.update({step.goal.name: true}) -%}
            {%- endfor -%}
        {%- endfor -%}
        {%- if sharing | length > 6 -%}
            {%- do errors.append(
                path ~ ': order: any can tell apart at most 6 goals that one event may complete together, found '
                ~ (sharing.keys() | join(', ')) ~ '. Give them event names or conditions that exclude each other.'
            ) -%}
        {%- endif -%}
    {%- endif -%}

    {{ return({
        'name': item.get('name'),
        'label': options.label or item.get('name'),
        'owner': options.owner,
        'steps': steps,
        'required': required,
        'window_seconds': window_seconds,
        'order': order,
        'entry': entry,
        'ties': ties,
        'mode': mode,
        'unit': unit,
        'hold_constant': hold_constant,
        'exclusions': exclusions,
        'breakdowns': breakdowns,
        'properties': properties | unique(case_sensitive=true) | list,
        'breakdown_by': breakdown_by,
        'date_from': date_from,
        'date_to': date_to,
        'definition': item,
    }) }}
{% endmacro %}
