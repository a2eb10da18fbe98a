{% macro _load_goals(given, errors) %}
    {%- set known = waymark._configuration_keys('goals') -%}
    {%- set raw = waymark._named_list('goals', given, errors) -%}
    {%- set names = raw | map(attribute='name') | list -%}
    {%- set goals = {} -%}
    {%- set ids = {} -%}
    {%- set matches = {} -%}
    {%- for item in raw -%}{%- do matches.update({item.name: item.get('match')}) -%}{%- endfor -%}

    {%- for item in raw -%}
        {%- set path = 'goals.' ~ item.name -%}
        {%- do waymark._check_keys(path, item, known, errors) -%}
        {%- set options = waymark._options(path, item, known, errors) -%}
        {%- if item.get('tier') is not none and item['tier'] not in [1, 2, 3] -%}
            {%- do errors.append(
                path ~ '.tier: ' ~ (item['tier'] | tojson)
                ~ ' is not 1 (north star), 2 (business goal) or 3 (product goal).'
            ) -%}
        {%- endif -%}
        {%- if item.get('parent') is not none -%}
            {%- do waymark._check_goal(path ~ '.parent', item['parent'], names, errors) -%}
        {%- endif -%}
        {%- if options.within_seconds is not none and options.min_occurrences == 1 -%}
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
            'label': options.label or item.name,
            'tier': options.tier,
            'kind': options.kind,
            'parent': options.parent if options.parent is string else none,
            'owner': options.owner,
            'review_cadence': options.review_cadence,
            'branches': waymark._match_branches(path ~ '.match', options.match, errors, matches, [item.name])
                if options.match is not none else [],
            'counting': options.counting,
            'min_occurrences': options.min_occurrences,
            'within_seconds': options.within_seconds,
            'after': references['after'],
            'eligible_after': references['eligible_after'],
            'metric': options.metric,
            'value_property': options.value_property,
            'direction': 'decrease' if options.direction in ['decrease', 'down', 'lower'] else 'increase',
            'severity': options.severity,
            'definition': item,
        }}) -%}
    {%- endfor -%}

    {#- Walk both kinds of reference upwards: the tree gives depth and path, `after` the build order. A walk passes
        the goal, each goal above others at most once, and one of them again if there is a circle. -#}
    {%- set parents = goals.values() | map(attribute='parent') | reject('none') | unique(case_sensitive=true) -%}
    {%- set awaited = goals.values() | map(attribute='after.goal') | reject('none') | unique(case_sensitive=true) -%}
    {%- set above, before = parents | list | length + 2, awaited | list | length + 2 -%}
    {%- for goal in goals.values() -%}
        {%- set walk = namespace(name=goal.name, path=[], cyclic=false) -%}
        {%- for _ in range(above) if walk.name in goals and not walk.cyclic -%}
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
        {%- for _ in range(before) if walk.name in goals and not walk.cyclic -%}
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
