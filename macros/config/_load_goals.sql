{% macro _load_goals(errors) %}
    {%- set keys = [
        'name', 'label', 'description', 'tier', 'kind', 'parent', 'owner', 'review_cadence', 'match', 'counting',
        'min_occurrences', 'within', 'after', 'metric', 'eligible_after', 'value_property', 'direction',
        'severity',
    ] -%}
    {%- set directions = {
        'increase': 'increase', 'decrease': 'decrease', 'up': 'increase', 'down': 'decrease',
        'higher': 'increase', 'lower': 'decrease',
    } -%}
    {%- set raw = waymark._named_list('goals', errors) -%}
    {%- set names = raw | map(attribute='name') | list -%}
    {%- set goals = {} -%}
    {%- set ids = {} -%}
    {%- set matches = {} -%}
    {%- for item in raw -%}{%- do matches.update({item.name: item.get('match')}) -%}{%- endfor -%}

    {%- for item in raw -%}
        {%- set path = 'goals.' ~ item.name -%}
        {%- do waymark._check_keys(path, item, keys, errors) -%}
        {%- if 'match' not in item -%}
            {%- do errors.append(
                path ~ ' has no match. Say which events complete it, such as match: {event: purchase}.'
            ) -%}
        {%- endif -%}
        {%- if item.get('tier') is not none and item['tier'] not in [1, 2, 3] -%}
            {%- do errors.append(
                path ~ '.tier: ' ~ (item['tier'] | tojson)
                ~ ' is not 1 (north star), 2 (business goal) or 3 (product goal).'
            ) -%}
        {%- endif -%}
        {%- do waymark._check_choice(path ~ '.kind', item.get('kind'), [
            'process_milestone', 'secondary_action', 'engagement_threshold', 'outcome',
        ], errors) -%}
        {%- do waymark._check_choice(path ~ '.counting', item.get('counting'), [
            'every', 'once_per_session', 'once_per_visitor',
        ], errors) -%}
        {%- do waymark._check_choice(path ~ '.metric', item.get('metric'), [
            'conversion_rate', 'converters', 'completions', 'value', 'value_per_unit', 'value_per_completion',
            'retention_rate',
        ], errors) -%}
        {%- do waymark._check_choice(path ~ '.direction', item.get('direction'), directions.keys() | list, errors) -%}
        {%- do waymark._check_choice(path ~ '.severity', item.get('severity'), ['warn', 'error'], errors) -%}
        {%- if item.get('parent') is not none -%}
            {%- do waymark._check_goal(path ~ '.parent', item['parent'], names, errors) -%}
        {%- endif -%}
        {%- for key in ['label', 'owner', 'review_cadence', 'description', 'value_property'] -%}
            {%- if item.get(key) is not none and item[key] is not string -%}
                {%- do errors.append(path ~ '.' ~ key ~ ' must be a text, found ' ~ (item[key] | tojson) ~ '.') -%}
            {%- endif -%}
        {%- endfor -%}

        {%- set min_occurrences = item.get('min_occurrences', 1) -%}
        {%- if min_occurrences is not integer or min_occurrences is boolean or min_occurrences < 1 -%}
            {%- do errors.append(
                path ~ '.min_occurrences must be a whole number of at least 1, found '
                ~ (min_occurrences | tojson) ~ '.'
            ) -%}
            {%- set min_occurrences = 1 -%}
        {%- endif -%}
        {%- set within_seconds = waymark._optional_duration(path, item, 'within', errors) -%}
        {%- if within_seconds is not none and min_occurrences == 1 -%}
            {%- do errors.append(
                path ~ '.within needs min_occurrences of at least 2: it is the time in which they must happen.'
            ) -%}
        {%- endif -%}

        {%- set references = {} -%}
        {%- for key in ['after', 'eligible_after'] -%}
            {%- set reference = item.get(key) -%}
            {%- set reference = {'goal': reference} if reference is string else reference -%}
            {%- if reference is none -%}
                {%- do references.update({key: {'goal': none, 'within_seconds': none}}) -%}
            {%- elif reference is not mapping or reference.get('goal') is not string -%}
                {%- do errors.append(
                    path ~ '.' ~ key ~ ' must be {goal: <name>, within: <duration>}, found '
                    ~ (reference | tojson) ~ '.'
                ) -%}
                {%- do references.update({key: {'goal': none, 'within_seconds': none}}) -%}
            {%- else -%}
                {%- do waymark._check_keys(path ~ '.' ~ key, reference, ['goal', 'within'], errors) -%}
                {%- do waymark._check_goal(path ~ '.' ~ key, reference['goal'], names, errors) -%}
                {%- do references.update({key: {
                    'goal': reference['goal'],
                    'within_seconds': waymark._optional_duration(path ~ '.' ~ key, reference, 'within', errors),
                }}) -%}
            {%- endif -%}
        {%- endfor -%}

        {#- Stable across runs and reorderings, small enough to sort and join fast. -#}
        {%- set goal_id = local_md5(item.name)[:8] | int(base=16) % 2147483647 -%}
        {%- if goal_id in ids -%}
            {%- do errors.append(
                path ~ ' and goals.' ~ ids[goal_id] ~ ' get the same goal_id. Rename one of the two.'
            ) -%}
        {%- endif -%}
        {%- do ids.update({goal_id: item.name}) -%}

        {%- do goals.update({item.name: {
            'id': goal_id,
            'name': item.name,
            'label': item.get('label') or item.name,
            'tier': item.get('tier'),
            'kind': item.get('kind'),
            'parent': item.get('parent'),
            'owner': item.get('owner'),
            'review_cadence': item.get('review_cadence'),
            'branches': waymark._match_branches(path ~ '.match', item['match'], errors, matches, [item.name])
                if 'match' in item else [],
            'counting': item.get('counting') or 'every',
            'min_occurrences': min_occurrences,
            'within_seconds': within_seconds,
            'after': references['after'],
            'eligible_after': references['eligible_after'],
            'metric': item.get('metric') or 'conversion_rate',
            'value_property': item.get('value_property'),
            'direction': directions.get(item.get('direction') or 'increase', 'increase'),
            'severity': item.get('severity') or 'warn',
            'definition': item,
        }}) -%}
    {%- endfor -%}

    {#- Walk both kinds of reference upwards: the tree gives depth and path, `after` the build order. -#}
    {%- for goal in goals.values() -%}
        {%- set walk = namespace(name=goal.name, path=[], cyclic=false) -%}
        {%- for _ in range(goals | length + 1) if walk.name in goals and not walk.cyclic -%}
            {%- set walk.cyclic = walk.name in walk.path -%}
            {%- set walk.path = [walk.name] + walk.path -%}
            {%- set walk.name = goals[walk.name].parent -%}
        {%- endfor -%}
        {%- if walk.cyclic -%}
            {%- do errors.append(
                'goals.' ~ goal.name ~ '.parent: ' ~ (walk.path | reverse | join(' -> '))
                ~ ' is a circle. A goal cannot be above itself.'
            ) -%}
        {%- endif -%}
        {%- do goal.update({
            'ancestors': walk.path[:-1], 'depth': walk.path | length - 1, 'path': walk.path | join(' > '),
        }) -%}

        {%- set walk = namespace(name=goal.after.goal, path=[goal.name], cyclic=false) -%}
        {%- for _ in range(goals | length + 1) if walk.name in goals and not walk.cyclic -%}
            {%- set walk.cyclic = walk.name in walk.path -%}
            {%- set walk.path = walk.path + [walk.name] -%}
            {%- set walk.name = goals[walk.name].after.goal -%}
        {%- endfor -%}
        {%- if walk.cyclic -%}
            {%- do errors.append(
                'goals.' ~ goal.name ~ '.after: ' ~ (walk.path | join(' -> '))
                ~ ' is a circle. A goal cannot wait for itself.'
            ) -%}
        {%- endif -%}
        {%- do goal.update({'level': walk.path | length - 1}) -%}
    {%- endfor -%}
    {{ return(goals) }}
{% endmacro %}
